// What the settings pages read and write.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, call } from '../../api/client.ts';
import type { components } from '../../api/schema.ts';

type Schemas = components['schemas'];
export type Telling = Schemas['Telling'];
export type Settings = Schemas['Settings'];
export type AttendanceRules = Schemas['AttendanceRules'];
export type SettingsChange = Schemas['SettingsChange'];
export type Hours = Schemas['Hours'];
export type TeamSettings = Schemas['TeamSettings'];
export type AgentSettings = Schemas['AgentSettings'];
export type Account = Schemas['Account'];
export type AccountLink = Schemas['AccountLink'];
export type Channel = Schemas['Channel'];

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: () => call(api.GET('/api/v1/settings')),
  staleTime: 10_000,
});

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: async () => (await call(api.GET('/api/v1/users'))).items,
});

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: async () => (await call(api.GET('/api/v1/channels'))).items,
});

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async () => (await call(api.GET('/api/v1/account/sessions'))).items,
});

export const factorQuery = queryOptions({
  queryKey: ['factor'],
  queryFn: () => call(api.GET('/api/v1/account/second-factor')),
});

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: async () => (await call(api.GET('/api/v1/tokens'))).items,
});

export function deadlineQuery(team: string, at: string) {
  return queryOptions({
    queryKey: ['settings', 'deadline', team, at],
    queryFn: () =>
      call(
        api.GET('/api/v1/settings/deadline', {
          params: { query: { team, ...(at === '' ? {} : { at }) } },
        }),
      ),
    staleTime: 10_000,
  });
}

/** Publishes a part of the settings on top of the version that was shown. */
export function useSaveSettings(onDone?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: SettingsChange) => call(api.PATCH('/api/v1/settings', { body: change })),
    onSuccess: async () => {
      await Promise.all(
        ['settings', 'teams', 'agents', 'snippets', 'macros', 'instance'].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      );
      onDone?.();
    },
  });
}

export type Notifier = Schemas['Notifier'];
export type Webhook = Schemas['Webhook'];
export type ChecklistItem = Schemas['ChecklistItem'];

export function checksQuery(id: string) {
  return queryOptions({
    queryKey: ['channels', id, 'checks'],
    queryFn: async () =>
      (await call(api.GET('/api/v1/channels/{id}/checks', { params: { path: { id } } }))).items,
    staleTime: 10_000,
  });
}

export const notifiersQuery = queryOptions({
  queryKey: ['notifiers'],
  queryFn: async () => (await call(api.GET('/api/v1/notifiers'))).items,
});

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: async () => (await call(api.GET('/api/v1/webhooks'))).items,
});

export function deliveriesQuery(id: string) {
  return queryOptions({
    queryKey: ['webhooks', id, 'deliveries'],
    queryFn: async () =>
      (await call(api.GET('/api/v1/webhooks/{id}/deliveries', { params: { path: { id } } }))).items,
    refetchInterval: 5_000,
  });
}

export const checklistQuery = queryOptions({
  queryKey: ['checklist'],
  queryFn: () => call(api.GET('/api/v1/checklist')),
  refetchInterval: 10_000,
});
