// The server of a load, before a Graph API that is none.
import type { TestProject } from 'vitest/node';
import { start } from '../e2e/server.ts';
import { graph } from './provider.ts';

declare module 'vitest' {
  interface ProvidedContext {
    graph: number;
    pid: number;
  }
}

export default async function setup(project: TestProject) {
  const provider = await graph();
  const server = await start({ RELAIS_GRAPH_BASE_URL: `http://127.0.0.1:${provider.port}` });
  project.provide('url', server.url);
  project.provide('claimUrl', server.claimUrl);
  project.provide('pid', server.pid);
  project.provide('graph', provider.port);
  return async () => {
    await server.stop();
    provider.end();
  };
}
