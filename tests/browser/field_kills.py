"""Stops the app in the middle of a write, so that a kill falls exactly there."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.field_phone import Phone

_HOLD = """([number, committed]) => {
  let left = number;
  for (const name of ['put', 'add', 'delete']) {
    const real = IDBObjectStore.prototype[name];
    IDBObjectStore.prototype[name] = function (...given) {
      const request = real.apply(this, given);
      left -= 1;
      if (left !== 0) return request;
      const store = this;
      // A transaction lives as long as something is asked of it.
      const spin = () => { store.count().onsuccess = spin; };
      const held = () => { console.log('held'); spin(); };
      if (committed) this.transaction.addEventListener('complete', () => console.log('held'));
      else request.addEventListener('success', held);
      return request;
    };
  }
}"""


@contextmanager
def killed_at_write(phone: Phone, number: int, *, committed: bool = False) -> Iterator[None]:
    """Kill the phone during what is done inside, and start it again.

    Parameters
    ----------
    phone : Phone
        Open.
    number : int
        At this write to its store, counted from now.
    committed : bool
        False: before the write's transaction ends. True: right after it did.
    """
    phone.page.evaluate(_HOLD, [number, committed])
    with phone.page.expect_console_message(lambda message: message.text == "held"):
        yield
    phone.kill()
    phone.boot()
