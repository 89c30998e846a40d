//! Writes a folder of signed receipts, each another one, for measuring `countersign verify FOLDER`:
//! `cargo run --example receipts -- FOLDER 20000`. Half are signed as Ethereum wallets do, half as Polkadot's.

use countersign_client::signer::Sr25519;
use countersign_shared::deploy::Deployment;
use countersign_shared::id::{
    AccountId, BlockHash, Commitment, EasSalt, EngineId, EthAddress, GenesisHash, ModelId,
    ReceiptId, Sr25519Public,
};
use countersign_shared::receipt::{Receipt, Run, Statement};
use countersign_shared::sign::Secp256k1Key;
use countersign_shared::signature::Signature;
use countersign_shared::{text, Attester, Lane, Software};
use std::error::Error;
use std::path::Path;

/// Of no chain: what is measured asks none.
const PLACE: Deployment = Deployment {
    genesis: GenesisHash::new([0x10; 32]),
    contract: AccountId::new([0x20; 32]),
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (Some(folder), Some(count)) = (words.next(), words.next()) else {
        return Err("usage: receipts FOLDER COUNT".into());
    };
    let (folder, count) = (Path::new(&folder), count.parse::<u64>()?);
    std::fs::create_dir_all(folder)?;
    let ethereum = Secp256k1Key::new(&[7; 32]).ok_or("no key")?;
    let polkadot = Sr25519::from_uri("//Alice")?;
    for number in 0..count {
        let statement = statement(number);
        let digest = statement.digest(&PLACE, &Software);
        let (attester, signature) = if number % 2 == 0 {
            let address = ethereum.address().ok_or("no address")?;
            let signature = ethereum.sign(&digest).ok_or("not signed")?;
            (Attester::Secp256k1(address), signature)
        } else {
            let words = text::wrap(&text::receipt(&statement.run, &PLACE, &digest));
            let public = Sr25519Public::new(polkadot.public());
            let signature = Signature::Sr25519(polkadot.sign_bytes(&words));
            (Attester::Sr25519(public), signature)
        };
        let receipt = Receipt {
            deployment: PLACE,
            statement,
            attester,
            signature,
        };
        let file = folder.join(format!("{number:06}.json"));
        std::fs::write(file, receipt.to_file(&Software))?;
    }
    Ok(())
}

/// A statement that no other number has.
fn statement(number: u64) -> Statement {
    let mut salt = [3; 32];
    for (to, from) in salt.iter_mut().zip(number.to_be_bytes()) {
        *to = from;
    }
    Statement {
        run: Run {
            model: ModelId::new([0x30; 32]),
            engine: EngineId::new([0x50; 32]),
            input: Commitment::new(salt),
            output: Commitment::new([0x60; 32]),
            beacon: BlockHash::new([0x70; 32]),
            lane: Lane::Replay,
        },
        recipient: EthAddress::ZERO,
        time: 1_800_000_000,
        expiration: 0,
        reference: ReceiptId::ZERO,
        salt: EasSalt::new(salt),
    }
}
