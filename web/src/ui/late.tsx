import { type ComponentType, type ReactNode, useLayoutEffect, useState } from 'react';
import { holdKeys } from '../lib/keys.ts';

/**
 * Something that is fetched when it is first wanted, or before with `load`. Unlike React's `lazy` it
 * is shown as soon as it is there, not 300 ms after whatever was last waited for. Where it takes keys,
 * those that come before it wait for it.
 */
export function late<P extends object>(
  fetch: () => Promise<ComponentType<P>>,
  { takesKeys = true, meanwhile }: { takesKeys?: boolean; meanwhile?: ReactNode } = {},
) {
  let Part: ComponentType<P> | null = null;
  let coming: Promise<void> | null = null;
  const bring = () => {
    coming ??= fetch().then(
      (part) => {
        Part = part;
      },
      (error: unknown) => {
        // The next one tries again.
        coming = null;
        throw error;
      },
    );
    return coming;
  };
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each, beside its import
  function Late(props: P) {
    const [problem, setProblem] = useState<{ error: unknown } | null>(null);
    const [isThere, setThere] = useState(Part !== null);
    useLayoutEffect(() => {
      if (isThere) return;
      bring().then(
        () => setThere(true),
        (error: unknown) => setProblem({ error }),
      );
      return takesKeys ? holdKeys() : undefined;
    }, [isThere]);
    if (problem) throw problem.error;
    return isThere && Part ? <Part {...props} /> : meanwhile;
  }
  return Object.assign(Late, {
    load: () => {
      // Whoever shows it says what is wrong.
      bring().catch(() => undefined);
    },
  });
}
