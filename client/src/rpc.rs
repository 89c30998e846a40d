//! Typed wrappers of the JSON-RPC methods that every Substrate node offers.

use crate::transport::{RpcError, Transport};
use parity_scale_codec::Decode;
use serde_json::{json, Value};

const GET_BLOCK: &str = "chain_getBlock";

/// A block's number and hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Height; the genesis block is 0.
    pub number: u32,
    /// Hash of the header.
    pub hash: [u8; 32],
}

/// What stands in a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Hash of the block before; zero for block 0.
    pub parent: [u8; 32],
    /// The encoded extrinsics, in order.
    pub extrinsics: Vec<Vec<u8>>,
}

/// Version of the chain's runtime, part of what every extrinsic signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuntimeVersion {
    /// Changes with every runtime upgrade.
    pub spec: u32,
    /// Changes when the encoding of extrinsics does.
    pub transaction: u32,
}

/// A node, asked through a [`Transport`].
#[derive(Debug, Clone)]
pub struct Rpc<T> {
    transport: T,
}

impl<T: Transport> Rpc<T> {
    /// Asks the node behind `transport`.
    pub fn new(transport: T) -> Self {
        Self { transport }
    }

    /// The transport, for its address and its pauses.
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Hash of block 0, which names the chain.
    ///
    /// # Errors
    /// [`RpcError`]; so do all methods here.
    pub async fn genesis(&self) -> Result<[u8; 32], RpcError> {
        self.block_hash(0).await?.ok_or(RpcError::Unexpected {
            method: "chain_getBlockHash".to_owned(),
            expected: "the hash of block 0",
        })
    }

    /// Hash of the block `number` on the node's best chain; none if there is no such block yet.
    pub async fn block_hash(&self, number: u32) -> Result<Option<[u8; 32]>, RpcError> {
        let answer = self
            .transport
            .call("chain_getBlockHash", json!([number]))
            .await?;
        if answer.is_null() {
            return Ok(None);
        }
        hash("chain_getBlockHash", &answer).map(Some)
    }

    /// The newest finalised block.
    pub async fn finalised(&self) -> Result<Block, RpcError> {
        let method = "chain_getFinalizedHead";
        let found = hash(method, &self.transport.call(method, json!([])).await?)?;
        let number = self.number_of(found).await?.ok_or(RpcError::Unexpected {
            method: method.to_owned(),
            expected: "a block that the node has",
        })?;
        Ok(Block {
            number,
            hash: found,
        })
    }

    /// Height of the node's best block, final or not.
    pub async fn best_number(&self) -> Result<u32, RpcError> {
        let method = "chain_getHeader";
        number(method, &self.transport.call(method, json!([])).await?)
    }

    /// Height of the block with this hash; none if the node does not know it.
    pub async fn number_of(&self, block: [u8; 32]) -> Result<Option<u32>, RpcError> {
        let method = "chain_getHeader";
        let header = self.transport.call(method, json!([text(&block)])).await?;
        if header.is_null() {
            return Ok(None);
        }
        number(method, &header).map(Some)
    }

    /// The encoded extrinsics of a block, in order; none if the node does not know the block.
    pub async fn extrinsics(&self, block: [u8; 32]) -> Result<Option<Vec<Vec<u8>>>, RpcError> {
        let answer = self.block(block).await?;
        (!answer.is_null()).then(|| extrinsics(&answer)).transpose()
    }

    /// What a block holds; none if the node does not know the block.
    pub async fn body(&self, block: [u8; 32]) -> Result<Option<Body>, RpcError> {
        let answer = self.block(block).await?;
        if answer.is_null() {
            return Ok(None);
        }
        let parent = answer
            .pointer("/block/header/parentHash")
            .ok_or(unexpected(GET_BLOCK, "a block with a header"))?;
        Ok(Some(Body {
            parent: hash(GET_BLOCK, parent)?,
            extrinsics: extrinsics(&answer)?,
        }))
    }

    async fn block(&self, block: [u8; 32]) -> Result<Value, RpcError> {
        self.transport.call(GET_BLOCK, json!([text(&block)])).await
    }

    /// The runtime's version at the best block.
    pub async fn runtime_version(&self) -> Result<RuntimeVersion, RpcError> {
        let method = "state_getRuntimeVersion";
        let answer = self.transport.call(method, json!([])).await?;
        let field = |name: &str| {
            let number = answer
                .get(name)
                .and_then(Value::as_u64)
                .and_then(|number| u32::try_from(number).ok());
            number.ok_or(unexpected(method, "a runtime version"))
        };
        Ok(RuntimeVersion {
            spec: field("specVersion")?,
            transaction: field("transactionVersion")?,
        })
    }

    /// The chain's encoded metadata (the newest version that the node gives without being asked for one: 14).
    pub async fn metadata(&self) -> Result<Vec<u8>, RpcError> {
        let method = "state_getMetadata";
        bytes(method, &self.transport.call(method, json!([])).await?)
    }

    /// The nonce for the next extrinsic of an account, those waiting in the pool counted.
    pub async fn next_nonce(&self, account_ss58: &str) -> Result<u32, RpcError> {
        let method = "system_accountNextIndex";
        let answer = self.transport.call(method, json!([account_ss58])).await?;
        answer
            .as_u64()
            .and_then(|nonce| u32::try_from(nonce).ok())
            .ok_or(unexpected(method, "a nonce below 2^32"))
    }

    /// The value under a storage key at a block; none if there is none.
    pub async fn storage(&self, key: &[u8], at: [u8; 32]) -> Result<Option<Vec<u8>>, RpcError> {
        let method = "state_getStorage";
        let answer = self
            .transport
            .call(method, json!([text(key), text(&at)]))
            .await?;
        if answer.is_null() {
            return Ok(None);
        }
        bytes(method, &answer).map(Some)
    }

    /// Calls a runtime API function with encoded arguments at a block and decodes its answer as `R`, to the last byte.
    ///
    /// Without a block: at the best one.
    pub async fn state_call<R: Decode>(
        &self,
        function: &str,
        arguments: &[u8],
        at: Option<[u8; 32]>,
    ) -> Result<R, RpcError> {
        let at = at.map(|hash| text(&hash));
        let answer = self
            .transport
            .call("state_call", json!([function, text(arguments), at]))
            .await?;
        decode_all(function, &bytes(function, &answer)?)
    }

    /// As [`Rpc::state_call`] for several arguments of one function, asked together.
    pub async fn state_calls<R: Decode>(
        &self,
        function: &str,
        arguments: &[Vec<u8>],
        at: [u8; 32],
    ) -> Result<Vec<R>, RpcError> {
        let at = text(&at);
        let calls = arguments
            .iter()
            .map(|arguments| ("state_call", json!([function, text(arguments), at])));
        let answers = self.transport.batch(calls.collect()).await?;
        answers
            .iter()
            .map(|answer| decode_all(function, &bytes(function, answer)?))
            .collect()
    }

    /// The hashes of blocks on the node's best chain, in the order of `numbers`; none where there is no such block.
    pub async fn block_hashes(&self, numbers: &[u32]) -> Result<Vec<Option<[u8; 32]>>, RpcError> {
        let method = "chain_getBlockHash";
        let calls = numbers.iter().map(|number| (method, json!([number])));
        let answers = self.transport.batch(calls.collect()).await?;
        let found = answers.iter().map(|answer| {
            (!answer.is_null())
                .then(|| hash(method, answer))
                .transpose()
        });
        found.collect()
    }

    /// The value under one storage key at several blocks; none where there is none.
    pub async fn storage_at(
        &self,
        key: &[u8],
        blocks: &[[u8; 32]],
    ) -> Result<Vec<Option<Vec<u8>>>, RpcError> {
        let method = "state_getStorage";
        let calls = blocks
            .iter()
            .map(|block| (method, json!([text(key), text(block)])));
        let answers = self.transport.batch(calls.collect()).await?;
        let found = answers.iter().map(|answer| {
            (!answer.is_null())
                .then(|| bytes(method, answer))
                .transpose()
        });
        found.collect()
    }

    /// Hands an extrinsic to the node's pool and returns its hash.
    pub async fn submit(&self, extrinsic: &[u8]) -> Result<[u8; 32], RpcError> {
        let method = "author_submitExtrinsic";
        hash(
            method,
            &self
                .transport
                .call(method, json!([text(extrinsic)]))
                .await?,
        )
    }

    /// The chain's name as the node calls it.
    pub async fn chain_name(&self) -> Result<String, RpcError> {
        let method = "system_chain";
        let answer = self.transport.call(method, json!([])).await?;
        answer
            .as_str()
            .map(str::to_owned)
            .ok_or(unexpected(method, "a name"))
    }
}

/// The extrinsics in an answer to [`GET_BLOCK`].
fn extrinsics(answer: &Value) -> Result<Vec<Vec<u8>>, RpcError> {
    let list = answer
        .pointer("/block/extrinsics")
        .and_then(Value::as_array)
        .ok_or(unexpected(GET_BLOCK, "a block with extrinsics"))?;
    list.iter().map(|item| bytes(GET_BLOCK, item)).collect()
}

fn decode_all<R: Decode>(function: &str, mut rest: &[u8]) -> Result<R, RpcError> {
    let value = R::decode(&mut rest).map_err(|_| unexpected(function, "of the expected shape"))?;
    if rest.is_empty() {
        Ok(value)
    } else {
        Err(unexpected(function, "of the expected length"))
    }
}

fn unexpected(method: &str, expected: &'static str) -> RpcError {
    RpcError::Unexpected {
        method: method.to_owned(),
        expected,
    }
}

fn text(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// The number in a header.
fn number(method: &str, header: &Value) -> Result<u32, RpcError> {
    let digits = header
        .get("number")
        .and_then(Value::as_str)
        .and_then(|number| number.strip_prefix("0x"));
    digits
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .ok_or(unexpected(method, "a header with a number below 2^32"))
}

fn bytes(method: &str, value: &Value) -> Result<Vec<u8>, RpcError> {
    let digits = value.as_str().and_then(|text| text.strip_prefix("0x"));
    digits
        .and_then(|digits| hex::decode(digits).ok())
        .ok_or(unexpected(method, "0x and hexadecimal digits"))
}

fn hash(method: &str, value: &Value) -> Result<[u8; 32], RpcError> {
    bytes(method, value)?
        .try_into()
        .map_err(|_| unexpected(method, "a hash of 32 bytes"))
}
