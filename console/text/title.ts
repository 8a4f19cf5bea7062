// The title of the browser's tab: the count of new detections and the subject of the view come
// first, because a tab shows the beginning only.

import { useEffect } from 'preact/hooks';
import { printable } from './printable.ts';

let about = '';
let count = '';

function show(): void {
  const before = count === '' ? '' : `(${count}) `;
  document.title = `${before}${about === '' ? '' : `${about} · `}Wherefrom`;
}

/** The subject of the view. */
export function useTitle(subject: string): void {
  useEffect(() => {
    about = printable(subject);
    show();
  }, [subject]);
}

/** New detections, as shown: `3`, `1,000+`; empty: none, or not known. */
export function useTitleCount(text: string): void {
  useEffect(() => {
    count = text;
    show();
  }, [text]);
}
