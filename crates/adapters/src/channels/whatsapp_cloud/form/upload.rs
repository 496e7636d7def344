//! Gives the provider a number's public key.

use crate::channels::whatsapp_cloud::client::GraphClient;
use crate::channels::whatsapp_cloud::response;
use crate::http::{Call, Method};

impl GraphClient {
    /// Else why it was not taken, in the provider's words where it said any.
    pub async fn give_form_key(&self, number: &str, public: &str) -> Result<(), String> {
        let url = self
            .url(&[number, "whatsapp_business_encryption"])
            .ok_or_else(|| "business number is not an id".to_owned())?;
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("business_public_key", public)
            .finish();
        let call = Call::new(Method::POST, url).body("application/x-www-form-urlencoded", body);
        let reply = self.call(call).await.map_err(|failure| failure.to_string())?;
        if (200..300).contains(&reply.status) {
            return Ok(());
        }
        Err(response::verdict(&reply).details)
    }
}
