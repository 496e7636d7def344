// The contrast table of the design, computed again from the tokens themselves.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const css = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');
const tokens = css('tokens.css');

type Theme = 'light' | 'dark';

/** The first declaration of a token: the one without a wish for more contrast. */
function colour(name: string, theme: Theme): [number, number, number] {
  const found = new RegExp(
    `--${name}:\\s*light-dark\\(oklch\\(([^)]*)\\),\\s*oklch\\(([^)]*)\\)\\)`,
  ).exec(tokens);
  const text = found?.[theme === 'light' ? 1 : 2];
  if (!text) throw new Error(`no token --${name}`);
  const [lightness = 0, chroma = 0, hue = 0] = text.split(/\s+/).map(Number);
  return [lightness, chroma, hue];
}

/** Relative luminance of an OKLCH colour, clipped to sRGB as a screen does. */
function luminance([lightness, chroma, hue]: [number, number, number]): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  const red = clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(ink: string, paper: string, theme: Theme): number {
  const [a, b] = [luminance(colour(ink, theme)), luminance(colour(paper, theme))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const TEXT = 4.5;
const SHAPE = 3;

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  test.each([
    ['ink-1', 'surface', TEXT],
    ['ink-1', 'in-bg', TEXT],
    ['ink-1', 'bot-tint', TEXT],
    ['ink-1', 'accent-tint', TEXT],
    ['ink-1', 'note-tint', TEXT],
    ['ink-2', 'surface', TEXT],
    ['ink-2', 'raised', TEXT],
    ['ink-3', 'surface', TEXT],
    ['ink-3', 'canvas', TEXT],
    ['ink-3', 'selected', TEXT],
    ['ink-3', 'accent-tint', TEXT],
    ['on-accent', 'accent', TEXT],
    ['accent', 'surface', TEXT],
    ['bot-ink', 'bot-tint', TEXT],
    ['queue-ink', 'queue-tint', TEXT],
    ['ok-ink', 'ok-tint', TEXT],
    ['danger-ink', 'danger-tint', TEXT],
    ['danger-ink', 'surface', TEXT],
    ['sensitive-ink', 'sensitive-tint', TEXT],
    ['vip-ink', 'vip-bg', TEXT],
    ['note-ink', 'note-tint', TEXT],
    ['on-inverse', 'inverse', TEXT],
    ['line-control', 'surface', SHAPE],
    ['bot', 'surface', SHAPE],
    ['queue', 'surface', SHAPE],
    ['accent', 'surface', SHAPE],
    ['accent', 'canvas', SHAPE],
  ])('%s on %s is at least %d:1', (ink, paper, needed) => {
    expect(contrast(ink, paper, theme)).toBeGreaterThanOrEqual(needed);
  });
});

describe('every style sheet', () => {
  const sheets = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.css'));

  test.each(sheets)('%s mirrors: no left or right, only start and end', (name) => {
    const physical = css(name)
      .split('\n')
      .filter((line) =>
        /(^|[\s;{-])(left|right)\s*:|(margin|padding|border|inset)-(left|right)|:\s*(left|right);/.test(
          line,
        ),
      );
    expect(physical).toEqual([]);
  });

  test.each(sheets.filter((name) => name !== 'tokens.css'))(
    '%s takes every colour from the tokens',
    (name) => {
      const raw = css(name)
        .split('\n')
        .filter((line) => /#[0-9a-f]{3,8}\b|\b(rgba?|hsla?)\(/i.test(line));
      expect(raw).toEqual([]);
    },
  );
});
