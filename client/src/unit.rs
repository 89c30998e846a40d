//! The unit in which a chain's amounts are said to people.

use crate::rpc::Rpc;
use crate::transport::{RpcError, Transport};
use serde_json::{json, Value};

/// More decimals than an amount of 128 bits has digits tell nothing.
const MOST_DECIMALS: u64 = 38;
/// Longer names are none.
const MOST_LETTERS: usize = 12;

/// A chain's unit as its node names it; without a name, amounts are said in the smallest unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unit {
    named: Option<(String, u32)>,
}

impl Unit {
    /// Reads the node's properties. A name with anything but letters and digits, and decimals beyond reason, are none: the
    /// node's word is shown beside amounts that somebody pays.
    #[must_use]
    pub fn of(properties: &Value) -> Self {
        // A node of a chain with several tokens gives lists; the first is the one in which fees are paid.
        let first = |name: &str| match properties.get(name) {
            Some(Value::Array(all)) => all.first().cloned(),
            found => found.cloned(),
        };
        let symbol = first("tokenSymbol").and_then(|symbol| Some(symbol.as_str()?.to_owned()));
        let decimals = first("tokenDecimals").and_then(|decimals| decimals.as_u64());
        let good = |symbol: &String| {
            (1..=MOST_LETTERS).contains(&symbol.len())
                && symbol.bytes().all(|letter| letter.is_ascii_alphanumeric())
        };
        let named = symbol
            .filter(good)
            .zip(decimals.filter(|decimals| *decimals <= MOST_DECIMALS))
            .and_then(|(symbol, decimals)| Some((symbol, u32::try_from(decimals).ok()?)));
        Self { named }
    }

    /// The unit's name; none where amounts are in the smallest unit.
    #[must_use]
    pub fn symbol(&self) -> Option<&str> {
        self.named.as_ref().map(|(symbol, _)| symbol.as_str())
    }

    /// The digits before the point and those behind it, without zeros at their end. Nothing is rounded.
    #[must_use]
    pub fn parts(&self, amount: u128) -> (u128, String) {
        let decimals = self.named.as_ref().map_or(0, |(_, decimals)| *decimals);
        let factor = 10_u128.checked_pow(decimals).unwrap_or(u128::MAX);
        let (whole, rest) = (
            amount.checked_div(factor).unwrap_or(amount),
            amount.checked_rem(factor).unwrap_or(0),
        );
        if rest == 0 {
            return (whole, String::new());
        }
        let width = usize::try_from(decimals).unwrap_or(0);
        let behind = format!("{rest:0>width$}");
        (whole, behind.trim_end_matches('0').to_owned())
    }
}

impl<T: Transport> Rpc<T> {
    /// The chain's unit as the node names it.
    ///
    /// # Errors
    /// [`RpcError`].
    pub async fn unit(&self) -> Result<Unit, RpcError> {
        let properties = self
            .transport()
            .call("system_properties", json!([]))
            .await?;
        Ok(Unit::of(&properties))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit() -> Unit {
        Unit::of(&json!({ "tokenSymbol": "UNIT", "tokenDecimals": 12, "ss58Format": 42 }))
    }

    #[test]
    fn no_digit_of_an_amount_is_lost() {
        let parts = |amount| {
            let (whole, behind) = unit().parts(amount);
            format!("{whole}.{behind}")
        };
        assert_eq!(parts(0), "0.");
        assert_eq!(parts(1), "0.000000000001");
        assert_eq!(parts(1_500_000_000_000), "1.5");
        assert_eq!(parts(12_000_000_000_000), "12.");
        assert_eq!(parts(u128::MAX), "340282366920938463463374607.431768211455");
        assert_eq!(Unit::default().parts(17), (17, String::new()));
    }

    #[test]
    fn what_a_node_says_of_its_unit_is_not_shown_unseen() {
        assert_eq!(unit().symbol(), Some("UNIT"));
        let several = json!({ "tokenSymbol": ["DOT", "X"], "tokenDecimals": [10, 3] });
        assert_eq!(Unit::of(&several).symbol(), Some("DOT"));
        for strange in [
            json!({}),
            json!(null),
            json!({ "tokenSymbol": "UNIT" }),
            json!({ "tokenSymbol": "free\u{202e}", "tokenDecimals": 12 }),
            json!({ "tokenSymbol": "", "tokenDecimals": 12 }),
            json!({ "tokenSymbol": "UNIT", "tokenDecimals": 39 }),
            json!({ "tokenSymbol": "UNIT", "tokenDecimals": -1 }),
        ] {
            assert_eq!(Unit::of(&strange), Unit::default());
        }
    }
}
