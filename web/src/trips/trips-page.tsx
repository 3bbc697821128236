export const TripsPage = () => null;
