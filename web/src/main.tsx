import './styles/tokens.css';
import './styles/base.css';
import './styles/sign.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { instanceQuery, sessionQuery } from './api/session.ts';
import { fetchWords, LanguageProvider } from './app/language.tsx';
import { createAppQueryClient, createAppRouter, fetchInbox } from './app/router.tsx';
import { applyDensity, applyTheme, currentDensity, currentTheme } from './lib/prefs.ts';

applyTheme(currentTheme());
applyDensity(currentDensity());

const client = createAppQueryClient();
const router = createAppRouter(client);
// Every page asks first whose instance this is and who is here: beside the first words, not after.
void client.prefetchQuery(instanceQuery);
void client.prefetchQuery(sessionQuery);
fetchInbox();
// What fails says so where it is shown.
const ready = Promise.allSettled([fetchWords(), router.load()]);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <LanguageProvider ready={ready}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </LanguageProvider>
  </StrictMode>,
);
