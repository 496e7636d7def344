import type { ReactNode } from 'react';
import { Logo } from './logo.tsx';

/** The one-column page before someone is signed in. */
export function SignPage({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: string;
  children: ReactNode;
}) {
  return (
    <main className="sign" id="main">
      <div className="signbox">
        <Logo label="Relais" />
        <h1 className="wel">{title}</h1>
        {lead && <p className="lead fs14">{lead}</p>}
        {children}
      </div>
    </main>
  );
}
