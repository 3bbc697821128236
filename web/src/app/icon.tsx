/** Signs of the interface: 24 × 24, drawn with lines in the colour of the text. */
const PATHS = {
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5M12 9.5v5M9.5 12h5',
  close: 'M6 6l12 12M18 6L6 18',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  back: 'M15 5l-7 7 7 7',
  up: 'M6 15l6-6 6 6',
  down: 'M6 9l6 6 6-6',
  search: 'M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14M16.2 16.2L21 21',
  note: 'M5 4h14v12l-4 4H5zM15 20v-4h4M8.5 9h7M8.5 13h4',
  pin: 'M12 21c4-5 6.5-8 6.5-11.2A6.5 6.5 0 0 0 5.5 9.8C5.5 13 8 16 12 21M12 7.5a2.3 2.3 0 1 0 0 4.6a2.3 2.3 0 0 0 0-4.6',
  sun: 'M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5',
  system: 'M4 5h16v11H4zM9 20h6M12 16v4',
  logOut: 'M14 4h5v16h-5M4 12h11M11 8l4 4-4 4',
  play: 'M8 5l11 7-11 7z',
  previousEvent: 'M18 5L8 12l10 7zM6 5v14',
  nextEvent: 'M6 5l10 7-10 7zM18 5v14',
  why: 'M9 9a3 3 0 1 1 4.2 2.8c-.8.4-1.2 1-1.2 1.9M12 17v.01M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18',
  pause: 'M8 5v14M16 5v14',
  live: 'M12 10.5a1.5 1.5 0 1 0 0 3a1.5 1.5 0 0 0 0-3M7.5 7.5a6.4 6.4 0 0 0 0 9M16.5 7.5a6.4 6.4 0 0 1 0 9M4.8 4.8a10.2 10.2 0 0 0 0 14.4M19.2 4.8a10.2 10.2 0 0 1 0 14.4',
  trips: 'M6 21a2 2 0 1 0 0-4a2 2 0 0 0 0 4M18 7a2 2 0 1 0 0-4a2 2 0 0 0 0 4M8 19h7a3.5 3.5 0 0 0 0-7H9a3.5 3.5 0 0 1 0-7h7',
  menu: 'M4 6h16M4 12h16M4 18h16',
  vehicles:
    'M3 16v-5l2.5-5h9l3 5h2.5a1 1 0 0 1 1 1v4h-2.5M9.5 16h5M3 16h1.5M7 14a2.2 2.2 0 1 0 0 4.4A2.2 2.2 0 0 0 7 14M17 14a2.2 2.2 0 1 0 0 4.4A2.2 2.2 0 0 0 17 14M5.5 11h12',
  rules: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4',
  fence: 'M6 5l12 2 2 8-9 5-7-7zM6 5v0M18 7v0M20 15v0M11 20v0M4 13v0',
  admin: 'M12 3l7 3v5c0 4.5-3 8-7 10-4-2-7-5.5-7-10V6zM9 12l2 2 4-4',
  health: 'M3 12h4l2.5-6 4.5 12 2.5-6H21',
  wrench:
    'M14.5 6.5a4 4 0 0 1 5-1.2l-2.8 2.8 2.2 2.2 2.6-2.6a4 4 0 0 1-5.4 4.8L9 19.6a2 2 0 0 1-2.8 0l-1-1a2 2 0 0 1 0-2.8l7.2-7.2a4 4 0 0 1 2.1-2.1',
  download: 'M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14',
  link: 'M9.5 14.5l5-5M11 7l1.5-1.5a4 4 0 0 1 6 6L17 13M13 17l-1.5 1.5a4 4 0 0 1-6-6L7 11',
  next: 'M9 5l7 7-7 7',
  follow: 'M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8M12 2v3M12 19v3M2 12h3M19 12h3',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4',
  filter: 'M4 6h16M7 12h10M10 18h4',
  raw: 'M8 6l-5 6 5 6M16 6l5 6-5 6',
  edit: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  trash: 'M5 7h14M10 4h4M7 7l1 13h8l1-13M10 11v5M14 11v5',
  drivers: 'M12 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8M4.5 20c.8-4 3.8-6 7.5-6s6.7 2 7.5 6',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration: what it means stands in the text or label beside it. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={PATHS[name]} />
  </svg>
);
