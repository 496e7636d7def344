//! The order steps: look-up, the privacy rule, the postcode, and the order of a phone.

use super::event::{Event, Request};
use super::state::{About, Resume};
use super::turn::Turn;
use super::walk::{Carry, Step};
use crate::flow::Kind;
use crate::time::Span;
use crate::understanding::parse;
use crate::workspace::Order;

/// Patience with the order connector, in seconds.
const LOOKUP_SECONDS: i64 = 4;

/// Orders that are not asked about twice in a conversation, at most.
const PROVED: usize = 8;

impl Turn<'_> {
    /// Looks the carried order up: at once when the customer's record holds it, else as an effect.
    pub(super) fn look_up(&mut self, node: &str, carry: &mut Carry) -> Step {
        let Some(number) = carry.number.clone() else { return Step::port("failed") };
        if let Some(order) = self.order_of_profile(&number) {
            return self.looked_up(&number, Some(&order), carry);
        }
        let given = carry.postcode.take();
        let then = Resume::Order { node: node.to_owned(), number: number.clone(), given };
        self.wait_for(Request::LookupOrder { number }, LOOKUP_SECONDS, then);
        Step::Stop
    }

    pub(super) fn wait_for(&mut self, request: Request, seconds: i64, then: Resume) {
        self.wait_until(request, self.ctx.now + Span::secs(seconds), then);
    }

    fn order_of_profile(&self, number: &str) -> Option<Order> {
        self.state.profile.as_ref()?.orders.iter().find(|o| o.order == number).cloned()
    }

    /// The look-up ended: shows the order to its owner, asks everybody else for the postcode.
    pub(super) fn looked_up(
        &mut self,
        number: &str,
        order: Option<&Order>,
        carry: &mut Carry,
    ) -> Step {
        let Some(order) = order else {
            return if self.count_failure() { Step::Stop } else { Step::port("not_found") };
        };
        self.bot.failures = 0;
        self.found_order(number);
        if self.is_own(order)
            || self.bot.proved.contains(&order.order)
            || !self.snapshot().is_on("privacy")
        {
            self.show_order(order);
            return Step::port("shown");
        }
        carry.number = Some(number.to_owned());
        Step::port("postcode")
    }

    pub(super) fn check_postcode(&mut self, node: &str, attempts: u32, carry: &mut Carry) -> Step {
        let (Some(number), Some(given)) = (carry.number.clone(), carry.postcode.take()) else {
            return Step::port("wrong");
        };
        if let Some(order) = self.order_of_profile(&number) {
            return self.checked(attempts, &number, Some(&order), &given, carry);
        }
        let then = Resume::Postcode { node: node.to_owned(), number: number.clone(), given };
        self.wait_for(Request::LookupOrder { number }, LOOKUP_SECONDS, then);
        Step::Stop
    }

    /// Compares the postcode. A wrong one never says whether the order exists.
    pub(super) fn checked(
        &mut self,
        attempts: u32,
        number: &str,
        order: Option<&Order>,
        given: &str,
        carry: &mut Carry,
    ) -> Step {
        carry.number = Some(number.to_owned());
        let right = order.filter(|o| parse::fold_postcode(&o.postcode) == given);
        if let Some(order) = right {
            self.bot.postcode_failures = 0;
            self.bot.failures = 0;
            self.proved(&order.order);
            self.show_order(order);
            return Step::port("ok");
        }
        self.bot.postcode_failures += 1;
        if self.bot.postcode_failures >= attempts {
            self.bot.postcode_failures = 0;
            return Step::port("locked");
        }
        Step::port("wrong")
    }

    fn proved(&mut self, number: &str) {
        let proved = &mut self.bot.proved;
        proved.retain(|known| known != number);
        if proved.len() == PROVED {
            proved.remove(0);
        }
        proved.push(number.to_owned());
    }

    /// Attempts a postcode node allows.
    pub(super) fn attempts(&self, node: &str) -> u32 {
        match self.snapshot().graph.node(node) {
            Some(Kind::CheckPostcode { attempts }) => *attempts,
            _ => 1,
        }
    }

    /// The newest order of the sender's phone.
    pub(super) fn order_by_phone(&mut self) -> Step {
        let newest = self.state.profile.as_ref().and_then(|p| p.orders.first()).cloned();
        let Some(order) = newest else { return Step::port("none") };
        self.bot.failures = 0;
        self.found_order(&order.order.clone());
        self.show_order(&order);
        Step::port("shown")
    }

    pub(super) fn found_order(&mut self, number: &str) {
        if !self.state.orders.iter().any(|o| o == number) {
            self.emit(Event::OrdersFound { content: vec![number.to_owned()] });
        }
    }

    /// The sender's phone is the order's phone.
    fn is_own(&self, order: &Order) -> bool {
        let digits =
            |phone: &str| -> String { phone.chars().filter(char::is_ascii_digit).collect() };
        let own = self.state.phone.as_deref().map(digits).filter(|d| !d.is_empty());
        own.is_some_and(|own| own == digits(&order.phone))
    }

    /// Number, status and tracking: never a name, an address, an item or an amount. Who asks again
    /// while nothing has moved is told so, and the second time that people can be asked as well.
    fn show_order(&mut self, order: &Order) {
        let repeats = self.repeats_of(order);
        let (number, status) = (order.order.clone(), order.status.clone());
        self.speaks_of(About::Order { number, status, repeats });
        let orders = &self.snapshot().document.orders;
        let status = self.status_of(order, &self.state.language).to_owned();
        let link = orders.link.replace("{order}", &order.order);
        let mut with = vec![("order", order.order.as_str()), ("status", &status), ("link", &link)];
        if let Some(tracking) = &order.tracking {
            with.push(("tracking", tracking));
        }
        let said = self.text("order_status", &with);
        let unchanged = match repeats {
            0 => None,
            1 => self.text("order_unchanged", &[]),
            _ => self.text("order_unchanged_offer", &[]),
        };
        let mut body = said.unwrap_or_else(|| format!("{} : {status}", order.order));
        if let Some(unchanged) = unchanged {
            body.push('\n');
            body.push_str(&unchanged);
        }
        let content = crate::message::Outbound::Text { body };
        self.bubble(Some("order_status"), super::event::Author::Bot, content);
    }

    /// In words, where the company has them.
    pub(super) fn status_of<'o>(&'o self, order: &'o Order, language: &str) -> &'o str {
        let label = self.snapshot().document.orders.status_labels.get(&order.status);
        label.and_then(|l| self.snapshot().pick(l, language)).unwrap_or(&order.status)
    }

    /// How often the same was said of the order before, with nothing else in between.
    fn repeats_of(&self, order: &Order) -> u32 {
        match self.subject() {
            Some(About::Order { number, status, repeats })
                if *number == order.order && *status == order.status =>
            {
                repeats + 1
            }
            _ => 0,
        }
    }
}
