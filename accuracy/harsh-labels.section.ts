import type { Section } from './section.js';

export const harshLabelsSection: Section = { name: 'harsh-labels', title: 'Harsh events against labels', run: async () => [] };
