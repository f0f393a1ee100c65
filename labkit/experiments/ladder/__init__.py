"""The ladder: floor, students taught in several ways, teacher."""
