//! The real program under load: a child process, a fake Graph API, and customers who check every
//! reply. Shared by the bench, the kill loop and the tests of the program.

pub mod balancer;
pub mod customers;
pub mod http;
pub mod kills;
pub mod nodes;
pub mod power;
pub mod process;
pub mod traffic;

pub use balancer::Balancer;
pub use customers::{Crowd, Dice, Tally, replies};
pub use kills::{Outcome, Plan, Writing, kill_loop};
pub use nodes::{Nodes, Trouble, trouble_loop};
pub use power::{Disk, Spoilt};
pub use process::{Connected, Installation, Relais, Usage};
pub use traffic::{Delivery, deliver, quantile};
