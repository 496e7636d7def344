// Who holds the phone: a person of the demo, or a new one with a number nobody has.
import type { Persona } from '../../api/types.ts';

export interface Holder {
  phone: string;
  name: string;
}

const KEY = 'relais.simulator';

/** The range kept for fiction (06 39 98 00 00 to 99 99), above the numbers of the demo. */
export function freshNumber(random: number): string {
  return String(1_000 + (random % 9_000));
}

export function freshHolder(nameOf: (number: string) => string): Holder {
  const random = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const number = freshNumber(random);
  return { phone: `+3363998${number}`, name: nameOf(number) };
}

export function savedHolder(): Holder | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    if (value === null || typeof value !== 'object') return null;
    if (!('phone' in value) || !('name' in value)) return null;
    return { phone: String(value.phone), name: String(value.name) };
  } catch {
    return null;
  }
}

export function saveHolder(holder: Holder): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(holder));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

export function holderOf(persona: Persona): Holder {
  return { phone: persona.phone, name: persona.name };
}
