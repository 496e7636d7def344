//! What agents arrange around a conversation: replies that may be taken back, notes that call a
//! colleague.

use super::{LastReply, State};
use crate::conversation::event::AgentRef;
use crate::id::MessageId;

/// Before a reply changes anything: what it will have changed.
pub(super) fn replies(
    s: &mut State,
    message: MessageId,
    part_of: Option<MessageId>,
    agent: &AgentRef,
) {
    forget_mention(s, agent);
    if let Some(reply) = &mut s.last_reply
        && part_of.is_some_and(|first| reply.has(first))
    {
        reply.earlier.push(std::mem::replace(&mut reply.message, message));
        return;
    }
    s.last_reply = Some(LastReply {
        message,
        earlier: Vec::new(),
        by: agent.key.clone(),
        unread: s.unread,
        reply_due_at: s.reply_due_at,
        preview: s.preview.clone(),
        preview_by: s.preview_by.clone(),
        is_first: s.facts.first_agent_reply_at.is_none(),
    });
}

/// As if it had never been written; what came since stays.
pub(super) fn taken_back(s: &mut State, message: MessageId) {
    let Some(reply) = s.last_reply.take_if(|reply| reply.has(message)) else { return };
    // The customer wrote meanwhile: theirs is the last word already.
    if s.unread == 0 {
        s.preview = reply.preview;
        s.preview_by = reply.preview_by;
    }
    s.unread += reply.unread;
    s.reply_due_at = s.reply_due_at.or(reply.reply_due_at);
    if reply.is_first {
        s.facts.first_agent_reply_at = None;
    }
}

pub(super) fn noted(s: &mut State, agent: &AgentRef, mentions: &[String]) {
    forget_mention(s, agent);
    for key in mentions {
        if *key != agent.key && !s.mentions.contains(key) {
            s.mentions.push(key.clone());
        }
    }
}

/// Whoever acts has read what they were called for.
fn forget_mention(s: &mut State, agent: &AgentRef) {
    s.mentions.retain(|key| *key != agent.key);
}
