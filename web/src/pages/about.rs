//! What a receipt proves and what it does not.

use crate::app::Page;
use crate::components::page_head::PageHead;
use crate::text::about as text;
use crate::text::language::Text;
use leptos::prelude::*;
use leptos_router::components::A;

/// The page.
#[component]
pub fn About() -> impl IntoView {
    let list = |items: &'static [Text]| {
        items
            .iter()
            .map(|item| view! { <li>{item.get()}</li> })
            .collect_view()
    };
    view! {
        <article class="prose">
            <PageHead title=text::TITLE lead=text::LEAD/>
            <div class="pair">
                <section aria-labelledby="proves">
                    <h2 id="proves">{text::PROVES}</h2>
                    <ul class="stack-tight">{list(text::PROVES_LIST)}</ul>
                </section>
                <section aria-labelledby="proves-not">
                    <h2 id="proves-not">{text::PROVES_NOT}</h2>
                    <ul class="stack-tight">{list(text::PROVES_NOT_LIST)}</ul>
                </section>
            </div>
            {text::SECTIONS
                .iter()
                .map(|(head, paragraphs)| {
                    view! {
                        <h2>{head.get()}</h2>
                        {paragraphs.iter().map(|paragraph| view! { <p>{paragraph.get()}</p> }).collect_view()}
                    }
                })
                .collect_view()}
            <h2>{text::LIE}</h2>
            <p>{text::LIE_WHY}</p>
            <p>
                <A href=Page::Lie.path()>{crate::text::claims::WATCH}</A>
            </p>
            <h2>{text::WORDS}</h2>
            <div class="scroll">
                <table class="data">
                    <thead>
                        <tr>
                            <th scope="col">{text::WORD}</th>
                            <th scope="col">{text::MEANING}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {text::WORD_LIST
                            .iter()
                            .map(|(word, meaning)| {
                                view! {
                                    <tr>
                                        <th scope="row">{word.get()}</th>
                                        <td>{meaning.get()}</td>
                                    </tr>
                                }
                            })
                            .collect_view()}
                    </tbody>
                </table>
            </div>
        </article>
    }
}
