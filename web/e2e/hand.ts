// A practised hand whose clicks, keys and decisions are counted: 1.1 s a click (or Enter on a
// control), 0.28 s a key, 1.35 s a decision. Each character typed is a key.
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const CLICK_S = 1.1;
const KEY_S = 0.28;
const DECISION_S = 1.35;

interface Budget {
  seconds?: number;
  clicks?: number;
  keys?: number;
}

export class Hand {
  #page: Page;
  #clicks = 0;
  #keys = 0;
  #decisions = 0;
  all = { clicks: 0, seconds: 0 };

  constructor(page: Page) {
    this.#page = page;
  }

  async click(what: Locator) {
    this.#clicks += 1;
    await what.click();
  }

  async press(...keys: string[]) {
    for (const key of keys) {
      if (key === 'Enter') this.#clicks += 1;
      else this.#keys += key.split('+').length;
      await this.#page.keyboard.press(key);
    }
  }

  async type(text: string) {
    this.#keys += [...text].length;
    await this.#page.keyboard.type(text);
  }

  /** Into a field that is reached with one key. */
  async fill(field: Locator, text: string) {
    this.#keys += [...text].length + 1;
    await field.fill(text);
  }

  /** Out of a list: one click on it, one on what is chosen. */
  async choose(field: Locator, value: string) {
    this.#clicks += 2;
    await field.selectOption(value);
  }

  /** Something is weighed before the hand goes on. */
  decides(times = 1) {
    this.#decisions += times;
  }

  /** What was done since the last step stays within its budget. */
  step(name: string, budget: Budget) {
    const [clicks, keys] = [this.#clicks, this.#keys];
    const seconds = clicks * CLICK_S + keys * KEY_S + this.#decisions * DECISION_S;
    this.all.clicks += clicks;
    this.all.seconds += seconds;
    this.#clicks = 0;
    this.#keys = 0;
    this.#decisions = 0;
    const said = `${name}: ${clicks} clicks, ${keys} keys, ${seconds.toFixed(1)} s`;
    if (process.env.SHOW_STEPS) console.log(said);
    expect(clicks, said).toBeLessThanOrEqual(budget.clicks ?? Number.POSITIVE_INFINITY);
    expect(keys, said).toBeLessThanOrEqual(budget.keys ?? Number.POSITIVE_INFINITY);
    expect(seconds, said).toBeLessThanOrEqual(budget.seconds ?? Number.POSITIVE_INFINITY);
  }
}
