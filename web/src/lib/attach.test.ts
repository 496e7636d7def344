import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from '../api/client.ts';
import type { Upload } from '../api/types.ts';
import { Attachments, answerOf, MOST_FILES, objection } from './attach.ts';

const MB = 1024 * 1024;
const of = (type: string, size: number) => objection({ type, size });

test.each([
  ['image/png', 5, null],
  ['image/png', 5.1, { kind: 'size', mb: 5 }],
  ['application/pdf', 20, null],
  ['application/pdf', 21, { kind: 'size', mb: 20 }],
  ['audio/ogg', 17, { kind: 'size', mb: 16 }],
  ['image/gif', 1, { kind: 'type' }],
  ['text/html', 1, { kind: 'type' }],
  ['', 1, { kind: 'type' }],
  ['image/png', 0, { kind: 'empty' }],
])('%s of %s MB', (type, mb, expected) => {
  expect(of(type, mb * MB)).toEqual(expected);
});

const kept = (id: string, mime = 'image/png'): Upload => ({
  id,
  name: id,
  mime,
  size: 1,
  url: '',
  is_inline: true,
});

describe('what is asked for', () => {
  const guards = { seen: 4, is_confirmed: false };
  const asked = (text: string, ...files: Upload[]) => answerOf(text, files, guards);
  const reply = (part: object) => ({ do: 'reply', ...guards, ...part });
  const together = (...parts: object[]) => ({ do: 'several', acts: parts.map(reply) });

  test.each([
    ['a text alone', asked('oui'), reply({ text: 'oui' })],
    ['a file alone', asked('', kept('a')), reply({ file: 'a' })],
    ['one file with its caption', asked('oui', kept('a')), reply({ file: 'a', text: 'oui' })],
    [
      'sound has no caption',
      asked('oui', kept('a', 'audio/ogg')),
      together({ text: 'oui' }, { file: 'a' }),
    ],
    [
      'nor do more words than one carries',
      asked('é'.repeat(1_025), kept('a')),
      together({ text: 'é'.repeat(1_025) }, { file: 'a' }),
    ],
    [
      'the text comes before several files',
      asked('oui', kept('b'), kept('a')),
      together({ text: 'oui' }, { file: 'b' }, { file: 'a' }),
    ],
    [
      'several without a text',
      asked('', kept('b'), kept('a')),
      together({ file: 'b' }, { file: 'a' }),
    ],
  ])('%s', (_, action, expected) => {
    expect(action).toEqual(expected);
  });
});

describe('files that are being kept', () => {
  type Answer = { done: (upload: Upload) => void; fail: (error: Error) => void };
  let asked: (Answer & { name: string; share: (part: number) => void; signal: AbortSignal })[];
  let files: Attachments;

  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    files = new Attachments(
      (file, share, signal) =>
        new Promise((done, fail) => asked.push({ name: file.name, share, signal, done, fail })),
    );
  });
  afterEach(() => vi.useRealTimers());

  const png = (name: string, size = 1) =>
    new File([new Uint8Array(size)], name, { type: 'image/png' });
  const soon = () => vi.advanceTimersByTimeAsync(0);
  const shown = () => files.list().map((one) => [one.file.name, one.state]);
  const done = async (at: number) => {
    const one = asked[at];
    one?.done(kept(one.name));
    await soon();
  };

  test('one at a time, each with how far it is', async () => {
    expect(files.take([png('a'), png('b')])).toBe(0);
    await soon();
    asked[0]?.share(0.5);
    expect(files.list()[0]?.share).toBe(0.5);
    expect(shown()).toEqual([
      ['a', 'uploading'],
      ['b', 'waiting'],
    ]);
    await done(0);
    await done(1);
    expect(files.list().map((one) => one.upload?.id)).toEqual(['a', 'b']);
  });

  test('one that cannot be sent does not hold up the others, and is gone at the next choice', async () => {
    const gif = new File(['x'], 'x.gif', { type: 'image/gif' });
    files.take([gif, png('a')]);
    await soon();
    expect(asked.map((one) => one.name)).toEqual(['a']);
    await done(0);
    files.sent();
    expect(shown()).toEqual([['x.gif', 'refused']]);
    files.take([png('b')]);
    expect(shown().map(([name]) => name)).toEqual(['b']);
  });

  test('what the server refuses says why; what it was not asked is asked again', async () => {
    files.take([png('a'), png('b')]);
    await soon();
    asked[0]?.fail(new ApiError(0, 'offline', '', '', null));
    await soon();
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked.map((one) => one.name)).toEqual(['a', 'a']);
    asked[1]?.fail(new ApiError(415, 'file_not_allowed', '', '', null));
    await soon();
    expect(files.list()[0]).toMatchObject({
      state: 'refused',
      problem: { slug: 'file_not_allowed' },
    });
    await done(2);
    expect(shown()[1]).toEqual(['b', 'kept']);
  });

  test.each(['on its way', 'waiting to be tried again'])(
    'one removed while %s stays away',
    async (when) => {
      files.take([png('a'), png('b')]);
      await soon();
      if (when !== 'on its way') {
        asked[0]?.fail(new ApiError(503, 'overloaded', '', '', null));
        await soon();
      }
      files.remove(files.list()[0]?.key ?? '');
      if (when === 'on its way') {
        expect(asked[0]?.signal.aborted).toBe(true);
        asked[0]?.fail(new Error('aborted'));
      }
      await vi.advanceTimersByTimeAsync(5_000);
      expect(asked.map((one) => one.name)).toEqual(['a', 'b']);
      expect(shown()).toEqual([['b', 'uploading']]);
    },
  );

  test('more than one reply carries are left out, and counted', () => {
    const many = Array.from({ length: MOST_FILES + 3 }, (_, at) => png(String(at)));
    expect(files.take(many)).toBe(3);
    expect(files.list()).toHaveLength(MOST_FILES);
    expect(files.take([png('x')])).toBe(1);
  });
});
