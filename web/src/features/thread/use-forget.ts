import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { sessionQuery } from '../../api/session.ts';

/** As long as the server takes a reason for reading as given. */
const READABLE_MS = 30 * 60_000;

/** What an auditor was shown for a reason does not stay in the browser: not when they leave the
 * conversation, and not longer than the reason counts. */
export function useForget(id: string): void {
  const client = useQueryClient();
  const isAuditor = useSuspenseQuery(sessionQuery).data?.role === 'auditor';
  useEffect(() => {
    if (!isAuditor) return;
    const again = setInterval(() => {
      void client.resetQueries({ queryKey: ['events', id] });
      void client.resetQueries({ queryKey: ['conversation', id] });
    }, READABLE_MS);
    return () => {
      clearInterval(again);
      client.removeQueries({ queryKey: ['events', id] });
      client.removeQueries({ queryKey: ['conversation', id] });
    };
  }, [client, id, isAuditor]);
}
