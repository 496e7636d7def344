use relais_app::port::store::{ChannelRow, ReceiptRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A connection to a provider's number. Its secrets can be written and never read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Channel {
    pub id: String,
    /// `whatsapp_cloud` or `simulator`.
    pub kind: String,
    pub name: String,
    /// Cloud API: `phone_number_id`.
    pub business_number: String,
    /// Where the provider must send its webhooks.
    #[schema(required)]
    pub webhook_path: Option<String>,
    /// Where the screens of its forms ask what comes next, once it has a key.
    #[schema(required)]
    pub forms_path: Option<String>,
    #[schema(required)]
    pub paused_reason: Option<String>,
    pub created_at: String,
}

impl Channel {
    pub(crate) fn new(row: ChannelRow, has_forms: bool) -> Self {
        let is_live = row.kind == "whatsapp_cloud";
        let hook = format!("/hooks/whatsapp/{}", row.id);
        Self {
            forms_path: has_forms.then(|| format!("{hook}/forms")),
            webhook_path: is_live.then_some(hook),
            id: row.id.to_string(),
            kind: row.kind,
            name: row.name,
            business_number: row.business_number,
            paused_reason: row.paused_reason,
            created_at: row.created_at.to_string(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewChannel {
    pub name: String,
    pub phone_number_id: String,
    pub waba_id: String,
    /// System-user access token.
    pub token: String,
    /// Signs the webhooks.
    pub app_secret: String,
    /// Chosen by you, given to the provider with the webhook's address.
    pub verify_token: String,
}

/// New values; what is left out stays. A paused channel tries again.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelUpdate {
    pub name: Option<String>,
    pub token: Option<String>,
    pub app_secret: Option<String>,
    pub verify_token: Option<String>,
}

/// What became of one object of a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IngestEntry {
    pub channel: String,
    pub provider_id: String,
    #[schema(required)]
    pub conversation: Option<String>,
    pub received_at: String,
    /// `processed`, `stored`, `quarantined` or `ignored`.
    pub outcome: String,
    pub reason: String,
}

impl From<ReceiptRow> for IngestEntry {
    fn from(row: ReceiptRow) -> Self {
        Self {
            channel: row.channel.to_string(),
            provider_id: row.provider_id,
            conversation: row.conversation.map(|id| id.to_string()),
            received_at: row.received_at.to_string(),
            outcome: row.outcome,
            reason: row.reason,
        }
    }
}
