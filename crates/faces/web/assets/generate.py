#!/usr/bin/env python3
"""Draws the brand mark and the ice-crack lattice (冰裂纹) of the window, always the same.

An octagon is split again and again by straight bars. Each cut runs near the centre of the
largest cell, is the best shaped of 24 tries, and stops at the cell's own edges: so bars meet
in T-joints like cracked ice. Run it beside the SVG files; it overwrites them.
"""
import math, random

RADIUS, LARGEST, SMALLEST = 172, 2700, 900
SEED = 14


def area(cell):
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(cell, cell[1:] + cell[:1]))) / 2


def perimeter(cell):
    return sum(math.dist(a, b) for a, b in zip(cell, cell[1:] + cell[:1]))


def shape(cell):
    """1 for a circle, near 0 for a sliver."""
    return 4 * math.pi * area(cell) / perimeter(cell) ** 2


def centre(cell):
    return (sum(x for x, _ in cell) / len(cell), sum(y for _, y in cell) / len(cell))


def cut(cell, point, angle):
    """Both parts of `cell` on either side of the line, or None if the line misses."""
    dx, dy = math.cos(angle), math.sin(angle)
    side = lambda p: (p[0] - point[0]) * dy - (p[1] - point[1]) * dx
    left, right, joints = [], [], []
    for a, b in zip(cell, cell[1:] + cell[:1]):
        sa, sb = side(a), side(b)
        (left if sa > 0 else right).append(a)
        if sa * sb < 0:
            t = sa / (sa - sb)
            joint = (a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))
            left.append(joint), right.append(joint), joints.append(joint)
    return (left, right, joints) if len(joints) == 2 else None


def lattice():
    rng = random.Random(SEED)
    octagon = [(RADIUS * math.cos(math.pi * (2 * k + 1) / 8), RADIUS * math.sin(math.pi * (2 * k + 1) / 8)) for k in range(8)]
    cells, bars = [octagon], []
    while True:
        cells.sort(key=area)
        cell = cells[-1]
        if area(cell) < LARGEST:
            return octagon, cells, bars
        best = None
        for _ in range(24):
            cx, cy = centre(cell)
            spread = math.sqrt(area(cell)) * .16
            parts = cut(cell, (cx + rng.uniform(-spread, spread), cy + rng.uniform(-spread, spread)), rng.uniform(0, math.pi))
            if parts and min(area(parts[0]), area(parts[1])) > SMALLEST:
                score = min(shape(parts[0]), shape(parts[1]))
                if best is None or score > best[0]:
                    best = (score, parts)
        if best is None:
            return octagon, cells, bars
        cells.pop()
        cells += [best[1][0], best[1][1]]
        bars.append(best[1][2])


def points(cell, dx, dy, scale=1):
    return " ".join(f"{x * scale + dx:.1f},{y * scale + dy:.1f}" for x, y in cell)


def draw_lattice():
    octagon, cells, bars = lattice()
    middle = RADIUS + 8
    # The lit pane is the best shaped cell right above the centre.
    lit = max((c for c in cells if 10 < centre(c)[0] < 90 and -90 < centre(c)[1] < -20), key=shape)
    path = "".join(f"M{a[0] + middle:.1f} {a[1] + middle:.1f}L{b[0] + middle:.1f} {b[1] + middle:.1f}" for a, b in bars)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * middle} {2 * middle}" fill="none">'
        f'<polygon points="{points(octagon, middle, middle, 1.045)}" stroke="#7fb3bc"/>'
        f'<polygon points="{points(lit, middle, middle)}" fill="#f6e3c2"/>'
        f'<path d="{path}" stroke="#7fb3bc" stroke-width="3" stroke-opacity=".75"/>'
        f'<polygon points="{points(octagon, middle, middle)}" stroke="#b9d8dc" stroke-width="5"/></svg>\n'
    )


def draw_mark():
    octagon = [(math.cos(math.pi * (2 * k + 1) / 8), math.sin(math.pi * (2 * k + 1) / 8)) for k in range(8)]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36" fill="none">'
        f'<polygon points="{points(octagon, 18, 18, 19)}" fill="#0b5a69"/>'
        '<path d="M19 17L27 9.5V17z" fill="#f6e3c2"/>'
        '<path d="M18 6v24M6.5 17.5h23M18 18l9-9M18 18l-8.5-6M18 18l6.5 8.5" stroke="#fff" stroke-width="2"/></svg>\n'
    )


if __name__ == "__main__":
    for name, text in (("lattice.svg", draw_lattice()), ("mark.svg", draw_mark())):
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)
