// The title of the browser's tab: the subject of the view comes first.

import { useEffect } from 'preact/hooks';
import { printable } from './printable.ts';

export function useTitle(about: string): void {
  useEffect(() => {
    document.title = `${printable(about)} · Wherefrom`;
  }, [about]);
}
