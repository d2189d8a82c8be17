"""What a composite stores: voltages, capacity and volume along lithiation."""
