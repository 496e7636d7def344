//! Messaging channels, one module per provider.
pub mod whatsapp_cloud;
