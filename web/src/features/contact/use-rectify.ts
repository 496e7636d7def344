import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, call, toApiError } from '../../api/client.ts';
import { contactQuery } from '../../api/desk-queries.ts';
import type { ContactChange } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { useRefusal } from '../../lib/use-refusal.ts';

/** Says what is right of a person. Whoever was overtaken sees what is known now. */
export function useRectify(id: string) {
  const { t } = useWords();
  const refusal = useRefusal();
  const client = useQueryClient();
  const { queryKey } = contactQuery(id);
  const rectify = useMutation({
    mutationFn: (body: ContactChange) =>
      call(api.PATCH('/api/v1/contacts/{id}', { params: { path: { id } }, body })),
    onSuccess: (contact) => client.setQueryData(queryKey, contact),
    // Also after a refusal: what is known may be another thing now.
    onSettled: () => client.invalidateQueries({ queryKey: ['conversations'] }),
  });
  const error = rectify.error && toApiError(rectify.error);
  const why = error?.slug === 'outdated' ? t('contact.outdated') : t('contact.notSaved');
  const detail = error && error.slug !== 'outdated' ? ` ${refusal(error)}` : '';
  return { ...rectify, problem: error ? why + detail : null };
}
