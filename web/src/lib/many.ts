import type { QueryClient } from '@tanstack/react-query';
import { toApiError } from '../api/client.ts';
import type { Action } from '../api/types.ts';
import { newKey, post, refresh } from './outbox.ts';

export interface Deed {
  id: string;
  action: Action;
}

/**
 * Acts on many conversations, one after the other: the server is shared, and the order is the
 * list's. What is refused is counted. What may pass later, such as a lost connection, is thrown, and
 * the rest is left as it was.
 */
export async function actOnEach(
  client: QueryClient,
  deeds: readonly Deed[],
): Promise<{ done: number; refused: number }> {
  let refused = 0;
  for (const { id, action } of deeds) {
    try {
      await post(id, action, newKey());
    } catch (error) {
      if (toApiError(error).isPassing) throw error;
      refused += 1;
    }
    await refresh(client, id);
  }
  return { done: deeds.length - refused, refused };
}
