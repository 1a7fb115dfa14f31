//! Cargo needs a library. The plugins are the examples in Cargo.toml.
