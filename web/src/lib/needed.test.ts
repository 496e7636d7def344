import { expect, test } from 'vitest';
import { neededRows, sum } from './needed.ts';

test('reasons come with their ratings, the most rated first', () => {
  const rows = neededRows({
    vip: { needed: 0, between: 0, unneeded: 1 },
    keyword: { needed: 1, between: 1, unneeded: 2 },
    failures: { needed: 0, between: 0, unneeded: 0 },
  });
  expect(rows.map((row) => [row.key, row.rated])).toEqual([
    ['keyword', 4],
    ['vip', 1],
  ]);
  expect(sum(rows)).toEqual({ needed: 1, rated: 5 });
  expect(sum(neededRows({}))).toEqual({ needed: 0, rated: 0 });
});
