"""The demonstration: four authorities of Tees and the 1,586 cases of a published quarter."""
