"""Keeps a room between two temperatures."""


class Thermostat:
    def __init__(self, low: float, high: float) -> None:
        if low >= high:
            raise ValueError("low must be below high")
        self.low, self.high, self.heating = low, high, False

    def step(self, temperature: float) -> bool:
        if temperature < self.low:
            self.heating = True
        elif temperature > self.high:
            self.heating = False
        return self.heating


if __name__ == "__main__":
    room = Thermostat(low=19.0, high=21.5)
    for reading in (20.3, 18.7, 19.9, 21.6):
        print(f"{reading:5.1f} °C  heating: {room.step(reading)}")
