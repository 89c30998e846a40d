#!/bin/sh
# The bytes of what is released are named by their hash, so they must not depend on where they are built.
# cargo calls this in rustc's stead (RUSTC_WRAPPER): `rustc.sh RUSTC ARGUMENT...`. What is compiled to
# WebAssembly gets no path of this machine, neither in messages (--remap-path-prefix) nor in the names of
# symbols, which order the code (cargo hashes paths into -C metadata). RUSTFLAGS could remap paths as well,
# but as they name the clone, every clone would compile every crate anew.
rustc=$1
shift
case " $* " in
    *" --target wasm32"*) ;;
    *) exec "$rustc" "$@" ;;
esac

for argument in "$@"; do
    shift
    case $argument in
        metadata=*) argument="metadata=$CARGO_PKG_NAME-$CARGO_PKG_VERSION$COUNTERSIGN_METADATA" ;;
    esac
    set -- "$@" "$argument"
done

# The last prefix that fits wins.
cargo=${CARGO_HOME:-$HOME/.cargo}
repository=$(cd "$(dirname "$0")/.." && pwd -P)
set -- "$@" --remap-path-prefix="$repository=/countersign"
set -- "$@" --remap-path-prefix="$("$rustc" --print sysroot)=/rust" --remap-path-prefix="$cargo=/cargo"
for crates in "$cargo"/registry/src/*; do
    set -- "$@" --remap-path-prefix="$crates=/crates"
done
exec "$rustc" "$@"
