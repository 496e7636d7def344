// Files on their way to a customer: limits first, then the upload; the reply names what was kept.
import { type ApiError, call, toApiError } from '../api/client.ts';
import type { Action, Message, Upload } from '../api/types.ts';
import { newKey } from './outbox.ts';

const MB = 1024 * 1024;
const RETRY_MS = 3_000;
/** Longest caption the channel carries, in characters. */
const CAPTION = 1_024;
/** Files of one reply. */
export const MOST_FILES = 10;

/** As the provider's Cloud API takes them; documents as large as the server keeps. */
const LIMITS: readonly { test: RegExp; mb: number }[] = [
  { test: /^image\/(jpeg|png)$/, mb: 5 },
  { test: /^audio\/(ogg|mpeg|mp3|aac|amr|mp4|x-m4a)$/, mb: 16 },
  { test: /^video\/(mp4|3gpp)$/, mb: 16 },
  { test: /^application\/pdf$/, mb: 20 },
  { test: /^application\/vnd\.openxmlformats-officedocument\./, mb: 20 },
];

export const ACCEPT =
  'image/jpeg,image/png,application/pdf,audio/ogg,audio/mpeg,audio/aac,audio/mp4,video/mp4,video/3gpp,.docx,.xlsx,.pptx';

export type Objection = { kind: 'type' } | { kind: 'empty' } | { kind: 'size'; mb: number };

/** Why a file cannot be sent; nothing where it can. */
export function objection(file: Pick<File, 'type' | 'size'>): Objection | null {
  const limit = LIMITS.find((one) => one.test.test(file.type));
  if (!limit) return { kind: 'type' };
  if (file.size === 0) return { kind: 'empty' };
  return file.size > limit.mb * MB ? { kind: 'size', mb: limit.mb } : null;
}

/** Sound is sent without words, and long words are a message of their own. */
export function takesCaption(upload: Upload, text: string): boolean {
  return !upload.mime.startsWith('audio/') && [...text].length <= CAPTION;
}

type Answer = Action & { do: 'reply' | 'several' };

/**
 * A text with its files, as one act that is done once and whole: one file has the text as its
 * caption, before several the text is a message of its own.
 */
export function answerOf(
  text: string,
  files: readonly Upload[],
  guards: Pick<Action, 'seen' | 'is_confirmed'>,
): Answer {
  const reply = (part: { text?: string; file?: string }) => ({
    do: 'reply' as const,
    ...guards,
    ...part,
  });
  const [first, ...others] = files;
  if (!first) return reply({ text });
  if (others.length === 0 && (text === '' || takesCaption(first, text)))
    return reply({ file: first.id, ...(text === '' ? {} : { text }) });
  const acts = files.map((one) => reply({ file: one.id }));
  return { do: 'several', acts: text === '' ? acts : [reply({ text }), ...acts] };
}

export interface Attached {
  key: string;
  file: File;
  state: 'waiting' | 'uploading' | 'kept' | 'refused';
  /** How much of it has left, from 0 to 1. */
  share: number;
  upload: Upload | null;
  problem: Objection | ApiError | null;
}

type Keep = (file: File, onShare: (share: number) => void, signal: AbortSignal) => Promise<Upload>;

/** The files of the reply that is being written: in the order in which they were chosen, one on its way at a time. */
export class Attachments {
  private items: readonly Attached[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly stops = new Map<string, AbortController>();
  private isRunning = false;
  private readonly keep: Keep;

  constructor(keep: Keep) {
    this.keep = keep;
  }

  readonly list = () => this.items;
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  /** Takes files as long as there is room; says how many had none. */
  take(files: Iterable<File>): number {
    let leftOut = 0;
    // What was refused has been seen when the next are chosen.
    const items = this.items.filter((item) => item.state !== 'refused');
    let room = MOST_FILES - items.length;
    for (const file of files) {
      if (room <= 0) {
        leftOut += 1;
        continue;
      }
      room -= 1;
      const problem = objection(file);
      const state = problem ? 'refused' : 'waiting';
      items.push({ key: newKey(), file, state, share: 0, upload: null, problem });
    }
    this.put(items);
    void this.run();
    return leftOut;
  }

  remove(key: string): void {
    this.stops.get(key)?.abort();
    this.put(this.items.filter((item) => item.key !== key));
  }

  /** What was sent leaves the list; what could not be taken stays until it was seen. */
  sent(): void {
    this.put(this.items.filter((item) => item.state === 'refused'));
  }

  /** Nobody waits for them any more. */
  close(): void {
    for (const stop of this.stops.values()) stop.abort();
    this.put([]);
  }

  private async run(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    for (;;) {
      const next = this.items.find((item) => item.state === 'waiting');
      if (!next) break;
      await this.upload(next);
    }
    this.isRunning = false;
  }

  private async upload({ key, file }: Attached): Promise<void> {
    const stop = new AbortController();
    this.stops.set(key, stop);
    this.change(key, { state: 'uploading', share: 0 });
    try {
      const upload = await this.keep(file, (share) => this.change(key, { share }), stop.signal);
      this.change(key, { state: 'kept', share: 1, upload });
    } catch (caught) {
      const error = toApiError(caught);
      if (stop.signal.aborted) return;
      if (error.isPassing) {
        // Not reached, or too busy: it keeps its place.
        this.change(key, { share: 0 });
        await pause(RETRY_MS, stop.signal);
        this.change(key, { state: 'waiting' });
      } else {
        this.change(key, { state: 'refused', problem: error });
      }
    } finally {
      this.stops.delete(key);
    }
  }

  private change(key: string, to: Partial<Attached>): void {
    this.put(this.items.map((item) => (item.key === key ? { ...item, ...to } : item)));
  }

  private put(items: readonly Attached[]): void {
    this.items = items;
    for (const listener of this.listeners) listener();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });
}

export type SentFile = NonNullable<Message['media']>;

/**
 * A file of a message as it was chosen, or its name where it is not to be had. Each upload is one
 * message: to be sent again it goes up again.
 */
export async function readSent({ url, filename, mime, kind }: SentFile): Promise<File | string> {
  const type = mime?.split(';')[0] ?? '';
  const name = filename ?? `${kind}.${type.split('/')[1] ?? 'bin'}`;
  if (!url) return name;
  try {
    const answer = await fetch(url);
    return answer.ok ? new File([await answer.blob()], name, { type }) : name;
  } catch {
    return name;
  }
}

/** By hand: what `fetch` has sent so far it does not tell. */
export function upload(id: string, ...[file, onShare, signal]: Parameters<Keep>): Promise<Upload> {
  const sent = new Promise<{ data?: Upload; error?: unknown; response: Response }>(
    (done, failed) => {
      const request = new XMLHttpRequest();
      const name = encodeURIComponent(file.name);
      request.open('POST', `/api/v1/conversations/${encodeURIComponent(id)}/files?name=${name}`);
      request.setRequestHeader('accept', 'application/json');
      request.setRequestHeader('content-type', 'application/octet-stream');
      request.upload.onprogress = ({ loaded, total }) => total > 0 && onShare(loaded / total);
      request.onerror = () => failed(new TypeError('upload failed'));
      request.onabort = request.onerror;
      request.onload = () => {
        const requestId = request.getResponseHeader('x-request-id');
        const response = new Response(null, {
          status: request.status,
          headers: requestId ? { 'x-request-id': requestId } : {},
        });
        const content = parsed(request.responseText);
        done(response.ok ? { data: content as Upload, response } : { error: content, response });
      };
      signal.addEventListener('abort', () => request.abort());
      request.send(file);
    },
  );
  return call(sent);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
