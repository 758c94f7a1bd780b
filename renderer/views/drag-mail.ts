import type { DragOut } from '../state/drag-out.ts';

/** Makes the messages of a list draggable: the row under the pointer, when it is pressed. */
export function dragMail(
  dragOut: DragOut,
  selected: () => ReadonlySet<number>,
): (list: HTMLElement) => () => void {
  const rowAt = (event: Event) =>
    event.target instanceof Element ? event.target.closest<HTMLElement>('[role=option][data-id]') : null;

  const onpress = (event: Event) => {
    const row = rowAt(event);
    if (row !== null) row.draggable = true;
  };
  const onstart = (event: DragEvent) => {
    const row = rowAt(event);
    if (row === null) return;
    const goesOn = dragOut.start(Number(row.dataset['id']), selected(), event.dataTransfer);
    if (!goesOn) event.preventDefault();
  };
  const onend = () => {
    dragOut.end();
  };

  return (list) => {
    list.addEventListener('pointerdown', onpress);
    list.addEventListener('dragstart', onstart);
    // The desktop's own drag ends without telling the page; the next thing the pointer does says that it is over.
    window.addEventListener('dragend', onend);
    window.addEventListener('pointermove', onend);
    return () => {
      list.removeEventListener('pointerdown', onpress);
      list.removeEventListener('dragstart', onstart);
      window.removeEventListener('dragend', onend);
      window.removeEventListener('pointermove', onend);
    };
  };
}
