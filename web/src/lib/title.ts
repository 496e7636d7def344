import { useEffect } from 'react';

/** "(3) Boîte de réception · Relais". */
export function useTitle(name: string, waiting = 0): void {
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${name} · Relais`;
  }, [name, waiting]);
}
