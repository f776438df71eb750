export { buy, listOffers, type Offer, type Purchase } from './market.ts';
