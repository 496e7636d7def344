// The words of a search: `is:queue team:billing lang:ar tier:3 "double charge"`. What the server can
// filter goes to it; the rest is kept or left out here. What is no filter is searched for.
import type { ListFilter } from '../api/queries.ts';
import type { ConversationLine } from '../api/types.ts';
import { isAtRisk } from './sla.ts';

export interface Search {
  filter: ListFilter;
  keep: (line: ConversationLine, now: number) => boolean;
  /** Filters that were understood, as they were written. */
  terms: string[];
}

type Keep = Search['keep'];

const STATUS: Readonly<Record<string, string>> = {
  bot: 'bot',
  queue: 'queued',
  queued: 'queued',
  human: 'human',
  open: 'bot,queued,human',
  resolved: 'resolved',
  closed: 'resolved',
};

const IS: Readonly<Record<string, Keep>> = {
  unread: (line) => line.unread > 0,
  vip: (line) => line.is_vip,
  risk: isAtRisk,
  waiting: (line) => line.waiting_since !== null,
};

/** A phone number is one word, however it was spaced. */
function number(words: string): string {
  return /^\+?[\d\s().-]{6,}$/.test(words) ? words.replace(/\D/g, '') : words;
}

/** `key:value`, with quotes round a value that has spaces; or a quoted phrase; or a word. */
const TERM = /(\p{L}+):(?:"([^"]*)"|(\S+))|"([^"]*)"|(\S+)/gu;

export function parseSearch(text: string, me: string | null): Search {
  const filter: ListFilter = {};
  const keeps: Keep[] = [];
  const words: string[] = [];
  const terms: string[] = [];
  for (const match of text.matchAll(TERM)) {
    const [whole, key, quoted, plain, phrase, word] = match;
    const value = (quoted ?? plain ?? '').toLowerCase();
    if (key !== undefined && take(key.toLowerCase(), value)) terms.push(whole);
    else words.push(phrase ?? word ?? whole);
  }
  const q = number(words.join(' ').trim());
  if (q !== '') filter.q = q;
  return { filter, keep: (line, now) => keeps.every((keep) => keep(line, now)), terms };

  function take(key: string, value: string): boolean {
    switch (key) {
      case 'is': {
        const status = STATUS[value];
        if (status !== undefined) {
          filter.status = filter.status ? `${filter.status},${status}` : status;
          return true;
        }
        const keep = IS[value];
        if (keep) keeps.push(keep);
        return keep !== undefined;
      }
      case 'team':
        filter.team = value;
        return true;
      case 'to':
        if (value === 'me' && me === null) return false;
        filter.assignee = value === 'me' && me !== null ? me : value;
        return true;
      case 'tier':
        keeps.push((line) => String(line.tier) === value);
        return true;
      case 'lang':
        keeps.push((line) => line.language === value);
        return true;
      case 'reason':
        keeps.push((line) => line.reason === value);
        return true;
      case 'priority':
        keeps.push((line) => line.priority === value);
        return true;
      case 'before':
      case 'after': {
        const day = Date.parse(`${value}T00:00:00`);
        if (Number.isNaN(day)) return false;
        keeps.push((line) => Date.parse(line.last_message_at) < day === (key === 'before'));
        return true;
      }
      default:
        return false;
    }
  }
}
