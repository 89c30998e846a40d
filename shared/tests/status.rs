//! 5.5 and 5.6: what became of a receipt.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_shared::status::{Disownment, Expiry, Facts, Key, Moment, Revocation, Status};
use proptest::prelude::*;

fn at(block: u32) -> Moment {
    Moment {
        block,
        seconds: 1_790_000_000 + u64::from(block) * 6,
    }
}

const CLEAN: Facts = Facts {
    expiration: 0,
    anchored: None,
    revoked: None,
    disowned: None,
    now: 1_800_000_000,
};

fn disowned(since: u32, declared: u32) -> Option<Disownment> {
    Some(Disownment {
        since,
        declared: at(declared),
    })
}

#[test]
fn valid() {
    let status = Status::of(&CLEAN);
    assert!(status.is_valid());
    assert_eq!(status.existed_by, None);
    let anchored = Status::of(&Facts {
        anchored: Some(at(5)),
        ..CLEAN
    });
    assert!(anchored.is_valid());
    assert_eq!(anchored.existed_by, Some(at(5)));
}

#[test]
fn expires_at_its_time_5_5() {
    let expiry = |expiration, now| {
        Status::of(&Facts {
            expiration,
            now,
            ..CLEAN
        })
        .expiry
    };
    assert_eq!(expiry(0, u64::MAX), Expiry::Never);
    assert_eq!(expiry(100, 99), Expiry::At(100));
    assert_eq!(expiry(100, 100), Expiry::Expired(100));
    assert_eq!(expiry(u64::MAX, u64::MAX - 1), Expiry::At(u64::MAX));
    assert!(!Status::of(&Facts {
        expiration: 100,
        ..CLEAN
    })
    .is_valid());
}

#[test]
fn before_revocation_only_in_an_earlier_block_5_5() {
    let revocation = |anchored: Option<u32>| {
        let facts = Facts {
            anchored: anchored.map(at),
            revoked: Some(at(10)),
            ..CLEAN
        };
        let status = Status::of(&facts);
        assert!(!status.is_valid());
        status.revocation
    };
    let revoked = |existed_before| Revocation::Revoked {
        at: at(10),
        existed_before,
    };
    assert_eq!(revocation(Some(9)), revoked(true));
    assert_eq!(revocation(Some(10)), revoked(false));
    assert_eq!(revocation(Some(11)), revoked(false));
    assert_eq!(revocation(None), revoked(false));
}

#[test]
fn disowned_5_6() {
    let key = |anchored: Option<u32>| {
        let facts = Facts {
            anchored: anchored.map(at),
            disowned: disowned(10, 20),
            ..CLEAN
        };
        let status = Status::of(&facts);
        assert_eq!(status.is_valid(), matches!(status.key, Key::Unaffected(_)));
        status.key
    };
    let disownment = Disownment {
        since: 10,
        declared: at(20),
    };
    assert_eq!(key(Some(9)), Key::Unaffected(disownment));
    for block in [10, 19] {
        let expected = Key::AnchoredLaterDisowned {
            anchored: at(block),
            disownment,
        };
        assert_eq!(key(Some(block)), expected);
    }
    for anchored in [Some(20), Some(21), None] {
        assert_eq!(key(anchored), Key::Disowned(disownment));
    }
}

proptest! {
    /// A disowned key's receipts are never *before revocation*, unless anchored before `since`;
    /// and no later anchor ever improves a verdict.
    #[test]
    fn later_anchors_help_nobody(
        anchored in 0_u32..30, later in 0_u32..30, revoked in prop::option::of(0_u32..30),
        since in prop::option::of(0_u32..30), delay in 0_u32..10,
    ) {
        let facts = |anchor: u32| Facts {
            anchored: Some(at(anchor)),
            revoked: revoked.map(at),
            disowned: since.and_then(|since| disowned(since, since + delay)),
            ..CLEAN
        };
        let rank = |status: &Status| {
            let before = matches!(
                status.revocation, Revocation::None | Revocation::Revoked { existed_before: true, .. }
            );
            let key = match status.key {
                Key::Held | Key::Unaffected(_) => 2,
                Key::AnchoredLaterDisowned { .. } => 1,
                Key::Disowned(_) => 0,
            };
            (key, before)
        };
        let early = Status::of(&facts(anchored));
        let late = Status::of(&facts(anchored + later));
        prop_assert!(rank(&early).0 >= rank(&late).0);
        prop_assert!(rank(&early).1 >= rank(&late).1);
        if !matches!(early.key, Key::Held | Key::Unaffected(_)) {
            let before = matches!(early.revocation, Revocation::Revoked { existed_before: true, .. });
            prop_assert!(!before);
        }
    }
}
