//! Messaging channels, one module per provider.
pub mod pacing;
pub mod simulator;
pub mod whatsapp_cloud;
