//! The live stream: hints about what changed, never what was said. It ends with the session.

use crate::app::App;
use crate::extract::Signed;
use crate::problem::{Answer, Problem};
use crate::server::stopped;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use relais_app::accounts::policy;
use relais_app::accounts::{Permission, Person, Revoked};
use relais_app::port::store::Sight;
use relais_app::presence::At;
use relais_app::service::{Hint, Live as Moved};
use relais_core::broken::is_missing;
use relais_core::id::ConversationId;
use serde_json::json;
use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::broadcast::{self, error::RecvError, error::TryRecvError};
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, sleep_until};

/// The session is looked at again this often: another process may have ended it.
const RECHECK: Duration = Duration::from_secs(2);
const PING: Duration = Duration::from_secs(15);
const MOST: i64 = 500;
/// The first hint after a silence is told at once. What moves within this time after it is told
/// together, each conversation once: a busy desk would otherwise be mostly hints.
const GATHERED: Duration = Duration::from_millis(100);

/// Hints of changed conversations (`hint`, each conversation at most ten times a second), that
/// something moved which is not for whoever asks (`counts`), who is where (`presence`), and that
/// somebody is more or less available (`people`); `lists` says that everything shown is to be read
/// again.
#[utoipa::path(get, path = "/api/v1/stream", operation_id = "open_stream", tag = "inbox",
    responses((status = 200, content_type = "text/event-stream", body = String),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn open_stream(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    signed.must(Permission::ReadInbox)?;
    let (person, sight) = (signed.own()?.clone(), signed.sight(&app));
    let place = Place::take(&app).ok_or_else(Problem::overloaded)?;
    let mut recheck = tokio::time::interval(RECHECK);
    recheck.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let now = app.service.clock().now();
    let here = app.presence.all(now).into_iter().filter(|at| sees(sight.as_ref(), at));
    let here = here.map(|at| presence(&app, at.conversation));
    let ready = [Event::default().comment("hello")].into_iter().chain(here).collect();
    let live = Live {
        hints: app.service.hints(),
        changed: app.changed.subscribe(),
        presence: app.presence.listen(),
        revoked: app.accounts.revocations(),
        stop: app.stop.clone(),
        recheck,
        ready,
        silent_until: Instant::now(),
        person,
        sight,
        place,
    };
    let stream = unfold(live, |mut live| async move {
        let event = live.next().await?;
        Some((Ok(event), live))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(PING).text("ping")))
}

/// Why a stream woke up.
enum Wake {
    Over,
    Revoked(Revoked),
    Recheck,
    Moved(Moved),
    /// Somebody came to a conversation, writes, or left.
    Presence(At),
    /// The lists must be read again.
    Lists,
}

struct Live {
    hints: broadcast::Receiver<Moved>,
    changed: broadcast::Receiver<()>,
    presence: broadcast::Receiver<At>,
    revoked: broadcast::Receiver<Revoked>,
    stop: watch::Receiver<bool>,
    recheck: Interval,
    ready: VecDeque<Event>,
    /// What moves before is gathered.
    silent_until: Instant,
    person: Person,
    /// What of the conversations they see.
    sight: Option<Sight>,
    place: Place,
}

impl Live {
    /// The next event; nothing once the stream must end.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let is_alive = match self.wake().await {
                Wake::Over => false,
                Wake::Revoked(_) | Wake::Recheck if is_missing("S8") => true,
                Wake::Revoked(revoked) => !self.is_about_us(&revoked),
                Wake::Recheck => self.is_alive().await,
                Wake::Moved(first) => {
                    self.moved(first);
                    true
                }
                Wake::Presence(at) => {
                    if sees(self.sight.as_ref(), &at) {
                        self.ready.push_back(presence(&self.place.0, at.conversation));
                    }
                    true
                }
                Wake::Lists => {
                    self.ready.push_back(bare("lists"));
                    true
                }
            };
            if !is_alive {
                return None;
            }
        }
    }

    async fn wake(&mut self) -> Wake {
        tokio::select! {
            biased;
            () = stopped(&mut self.stop), if !is_missing("R18") => Wake::Over,
            revoked = self.revoked.recv() => match revoked {
                Ok(revoked) => Wake::Revoked(revoked),
                // Too many at once to follow: look for ourselves.
                Err(RecvError::Lagged(_)) => Wake::Recheck,
                Err(RecvError::Closed) => Wake::Over,
            },
            _ = self.recheck.tick() => Wake::Recheck,
            moved = after(self.silent_until, &mut self.hints) => match moved {
                Ok(moved) => Wake::Moved(moved),
                Err(RecvError::Lagged(_)) => Wake::Moved(Moved::Gap),
                Err(RecvError::Closed) => Wake::Over,
            },
            here = self.presence.recv() => match here {
                Ok(at) => Wake::Presence(at),
                // What was missed ends by itself.
                Err(RecvError::Lagged(_)) => Wake::Recheck,
                Err(RecvError::Closed) => Wake::Over,
            },
            changed = self.changed.recv() => match changed {
                Ok(()) | Err(RecvError::Lagged(_)) => Wake::Lists,
                Err(RecvError::Closed) => Wake::Over,
            },
        }
    }

    /// Tells what moved, and what else did since the last time.
    fn moved(&mut self, first: Moved) {
        let mut hints = BTreeMap::new();
        let (mut people, mut lists) = (false, false);
        let mut next = Ok(first);
        loop {
            match next {
                Ok(Moved::Hint(hint)) => {
                    hints.insert(hint.conversation, hint);
                }
                Ok(Moved::People) => people = true,
                // Fell behind, or another node could not be heard.
                Ok(Moved::Gap) | Err(TryRecvError::Lagged(_)) => lists = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
            next = self.hints.try_recv();
        }
        self.silent_until = Instant::now() + GATHERED;
        if lists {
            self.ready.push_back(bare("lists"));
            return;
        }
        let (seen, beyond): (Vec<_>, Vec<_>) = hints.values().partition(|hint| self.sees(hint));
        self.ready.extend(seen.into_iter().map(told));
        if !beyond.is_empty() {
            // It may have left what they see.
            self.ready.push_back(bare("counts"));
        }
        if people {
            self.ready.push_back(bare("people"));
        }
    }

    fn sees(&self, hint: &Hint) -> bool {
        let sees = |sight: &Sight| sight.sees(hint.team.as_deref(), hint.assignee.as_deref());
        is_missing("S8-teams") || self.sight.as_ref().is_none_or(sees)
    }

    fn is_about_us(&self, revoked: &Revoked) -> bool {
        match revoked {
            Revoked::Session(session) => *session == self.person.session,
            Revoked::AllOf(user) => *user == self.person.user.id,
        }
    }

    /// The session is still good. A store that does not answer ends nobody's work.
    async fn is_alive(&mut self) -> bool {
        let app = &self.place.0;
        match app.accounts.person_of(&self.person.session).await {
            Ok(None) => false,
            Ok(Some(person)) => {
                // Their teams may have changed meanwhile.
                self.sight = policy::sight(&person, &app.service.snapshot().document);
                self.person = person;
                true
            }
            Err(_) => true,
        }
    }
}

/// What comes once the silence is over.
async fn after(
    silence: Instant,
    hints: &mut broadcast::Receiver<Moved>,
) -> Result<Moved, RecvError> {
    sleep_until(silence).await;
    hints.recv().await
}

fn told(hint: &Hint) -> Event {
    let data = json!({
        "conversation": hint.conversation, "position": hint.position,
        "status": hint.status, "team": hint.team,
    });
    Event::default().event("hint").data(data.to_string())
}

/// An event that says all by its name.
fn bare(name: &str) -> Event {
    Event::default().event(name).data("{}")
}

/// Who is where is told of what somebody sees (S8).
fn sees(sight: Option<&Sight>, at: &At) -> bool {
    let sees = |sight: &Sight| sight.sees(at.team.as_deref(), at.assignee.as_deref());
    is_missing("S8-teams") || sight.is_none_or(sees)
}

/// Who is at a conversation now.
fn presence(app: &App, id: ConversationId) -> Event {
    let here = app.presence.of(id, app.service.clock().now());
    let people: Vec<_> = here
        .iter()
        .map(|one| {
            json!({ "key": one.agent.key, "name": one.agent.name, "doing": one.doing.as_str() })
        })
        .collect();
    let data = json!({ "conversation": id, "people": people });
    Event::default().event("presence").data(data.to_string())
}

/// A place among the open streams.
struct Place(Arc<App>);

impl Place {
    fn take(app: &Arc<App>) -> Option<Self> {
        let open = app.metrics.streams.fetch_add(1, Ordering::Relaxed);
        // Dropped again at once if there are too many.
        let place = Self(Arc::clone(app));
        (open < MOST).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.metrics.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_where_is_told_of_what_one_sees() {
        let at = |team: &str, assignee: Option<&str>| At {
            conversation: ConversationId(uuid::Uuid::nil()),
            team: Some(team.to_owned()),
            assignee: assignee.map(str::to_owned),
        };
        let kept = Sight { teams: vec!["general".to_owned()], agent: "nadia".to_owned() };
        assert!(sees(None, &at("vip", None)), "whoever is not kept to their teams");
        assert!(sees(Some(&kept), &at("general", None)));
        assert!(sees(Some(&kept), &at("vip", Some("nadia"))), "their own");
        assert!(!sees(Some(&kept), &at("vip", Some("hugo"))));
        assert!(!sees(Some(&kept), &At { team: None, ..at("", None) }));
    }
}
