import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, call } from '../../api/client.ts';
import type { Understanding } from '../../api/types.ts';

type Learnt = Understanding['learnt'][number];

export type Correction =
  | { kind: 'answer'; asked: string; wrong?: string; right?: string }
  | { kind: 'alarm'; said: string; rule: string }
  | { kind: 'withdrawn'; learnt: Learnt };

/** Keeps a correction; what is shown of the knowledge base is read again. */
export function useCorrect() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (correction: Correction) => {
      if (correction.kind === 'alarm') {
        const { kind: _, ...body } = correction;
        return call(api.POST('/api/v1/triggers/corrections', { body }));
      }
      if (correction.kind === 'withdrawn') {
        return call(api.POST('/api/v1/understanding/withdrawals', { body: correction.learnt }));
      }
      const { kind: _, ...body } = correction;
      return call(api.POST('/api/v1/knowledge/corrections', { body }));
    },
    onSuccess: () =>
      Promise.all(
        ['knowledge', 'understanding', 'gaps', 'triggers'].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  });
}
