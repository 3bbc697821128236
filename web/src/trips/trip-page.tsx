export const TripPage = (_: { id: string }) => null;
