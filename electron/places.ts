/** Places of the UI, as its address bar has them. */
export const messageHash = (id: number): string => `#/mail/all/${id}`;
