//! Pauses a request until the queue callback of the root context has taken the jobs.
use crate::ticks::wake;
use proxy_wasm::hostcalls::{
    dequeue_shared_queue, enqueue_shared_queue, register_shared_queue, resolve_shared_queue,
};
use proxy_wasm::types::Action;
use std::cell::RefCell;
use std::rc::Rc;

/// The root context and its streams share the list.
#[derive(Clone, Default)]
pub struct Queue {
    waiting: Rc<RefCell<Vec<u32>>>,
}

impl Queue {
    pub fn wait(&self, id: u32) -> Action {
        self.waiting.borrow_mut().push(id);
        let queue = register_shared_queue("jobs").unwrap();
        enqueue_shared_queue(queue, Some(b"first")).unwrap();
        enqueue_shared_queue(queue, Some(b"second")).unwrap();
        Action::Pause
    }

    pub fn ready(&self, queue: u32) {
        let mut jobs = Vec::new();
        while let Some(job) = dequeue_shared_queue(queue).unwrap() {
            jobs.push(String::from_utf8(job).unwrap());
        }
        let resolved = (resolve_shared_queue("", "jobs").unwrap() == Some(queue)).to_string();
        let unresolved = resolve_shared_queue("", "none").unwrap().is_none().to_string();
        let jobs = jobs.join(" ");
        for id in self.waiting.borrow_mut().drain(..) {
            wake(id, &[("x-resolved", &resolved), ("x-unresolved", &unresolved), ("x-jobs", &jobs)]);
        }
    }
}
