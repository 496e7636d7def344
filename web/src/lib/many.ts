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
 * list's. What is refused is counted, what was done is named. What may pass later, such as a lost connection, is thrown, and
 * the rest is left as it was.
 */
export async function actOnEach(
  client: QueryClient,
  deeds: readonly Deed[],
): Promise<{ done: number; refused: number; ids: string[] }> {
  const ids: string[] = [];
  for (const { id, action } of deeds) {
    try {
      await post(id, action, newKey());
      ids.push(id);
    } catch (error) {
      if (toApiError(error).isPassing) throw error;
    }
    await refresh(client, id);
  }
  return { done: ids.length, refused: deeds.length - ids.length, ids };
}
