import type { Attachment } from 'svelte/attachments';

/** Makes a region a tab stop while there is something to scroll in it, so that the keyboard can. */
export const scrollable: Attachment<HTMLElement> = (region) => {
  const settle = () => {
    const scrolls =
      region.scrollHeight > region.clientHeight + 1 || region.scrollWidth > region.clientWidth + 1;
    if (scrolls) region.tabIndex = 0;
    else if (region !== document.activeElement) region.removeAttribute('tabindex');
  };
  const sizes = new ResizeObserver(settle);
  sizes.observe(region);
  const contents = new MutationObserver(settle);
  contents.observe(region, { childList: true, subtree: true, characterData: true });
  settle();
  return () => {
    sizes.disconnect();
    contents.disconnect();
  };
};
