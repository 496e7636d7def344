//! What the channel can carry; drives the editor, the composer and the fallbacks.

use relais_core::message::MediaKind;

/// Limits in Unicode scalar values, sizes in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    pub text: usize,
    pub caption: usize,
    /// Body of menus, links and requests.
    pub menu_body: usize,
    pub buttons: usize,
    pub button_title: usize,
    pub button_id: usize,
    pub list_rows: usize,
    pub list_button: usize,
    pub row_title: usize,
    pub row_description: usize,
    pub row_id: usize,
    pub link_label: usize,
    /// Id of a form, and of a screen of it.
    pub form_id: usize,
    pub callback_id: usize,
    pub templates: bool,
    pub reactions: bool,
    pub location_request: bool,
    pub contact_request: bool,
    pub typing: bool,
    /// How long after the customer's last message free text may be sent.
    pub session_hours: Option<u32>,
}

/// Where the provider's own pages disagree, the smaller limit (reference §17).
pub const WHATSAPP_CLOUD: Capabilities = Capabilities {
    text: 4096,
    caption: 1024,
    menu_body: 1024,
    buttons: 3,
    button_title: 20,
    button_id: 256,
    list_rows: 10,
    list_button: 20,
    row_title: 24,
    row_description: 72,
    row_id: 200,
    link_label: 20,
    form_id: 64,
    callback_id: 512,
    templates: true,
    reactions: true,
    location_request: true,
    contact_request: true,
    typing: true,
    session_hours: Some(24),
};

/// Largest file the provider passes on.
pub const fn media_cap(kind: MediaKind) -> u64 {
    const KB: u64 = 1024;
    match kind {
        MediaKind::Image => 5 * KB * KB,
        MediaKind::Audio | MediaKind::Voice | MediaKind::Video => 16 * KB * KB,
        MediaKind::Document => 100 * KB * KB,
        MediaKind::Sticker => 500 * KB,
    }
}
