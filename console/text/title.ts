// The title of the browser's tab: what the page is about first.

import { useEffect } from 'preact/hooks';
import { printable } from './printable.ts';

export function useTitle(about: string): void {
  useEffect(() => {
    document.title = `${printable(about)} · Wherefrom`;
  }, [about]);
}
