//! Passkeys: what is shown of them, and what browsers are asked and answer.

use relais_app::accounts::passkeys;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// One of somebody's passkeys.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Passkey {
    pub id: String,
    pub name: String,
    /// Where it works.
    pub host: String,
    pub created_at: String,
    #[schema(required)]
    pub used_at: Option<String>,
}

impl From<passkeys::Passkey> for Passkey {
    fn from(passkey: passkeys::Passkey) -> Self {
        Self {
            id: passkey.id,
            name: passkey.name,
            host: passkey.host,
            created_at: passkey.created_at.to_string(),
            used_at: passkey.used_at.map(|at| at.to_string()),
        }
    }
}

/// What a browser is asked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasskeyAttempt {
    /// Names the attempt; it works once, for five minutes.
    pub attempt: String,
    /// For `navigator.credentials`, with bytes as base64url.
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    pub options: Value,
}

impl From<passkeys::Asked> for PasskeyAttempt {
    fn from(asked: passkeys::Asked) -> Self {
        Self { attempt: asked.attempt, options: asked.options }
    }
}

/// What a browser made; bytes as base64url.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MadePasskey {
    pub id: String,
    #[serde(default)]
    pub transports: Vec<String>,
    pub attestation_object: String,
    pub client_data: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPasskey {
    pub attempt: String,
    /// How its owner recognises it.
    pub name: String,
    pub answer: MadePasskey,
}

/// What a browser signed; bytes as base64url.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignedByPasskey {
    pub id: String,
    pub authenticator_data: String,
    pub signature: String,
    pub client_data: String,
    pub user_handle: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasskeySignIn {
    pub attempt: String,
    pub answer: SignedByPasskey,
}

impl From<MadePasskey> for passkeys::RegistrationResponse {
    fn from(made: MadePasskey) -> Self {
        Self {
            id: made.id,
            transports: made.transports,
            attestation_object: made.attestation_object,
            client_data_json: made.client_data,
        }
    }
}

impl From<SignedByPasskey> for passkeys::AuthenticationResponse {
    fn from(signed: SignedByPasskey) -> Self {
        Self {
            id: signed.id,
            authenticator_data: signed.authenticator_data,
            signature: signed.signature,
            client_data_json: signed.client_data,
            user_handle: signed.user_handle,
        }
    }
}
