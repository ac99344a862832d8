namespace OrleansCompute.Simulations.Clusters;

/// <summary>Equal nodes of a simulated cluster.</summary>
/// <param name="AcceleratorType">Type of their accelerators, as the profiles name it.</param>
/// <param name="Nodes">How many nodes, 1 or more.</param>
/// <param name="AcceleratorsPerNode">Accelerators on each, 1 or more.</param>
/// <param name="PricePerAcceleratorHour">Price of one for an hour, 0 or more; 0 where it is not said.</param>
/// <param name="WattsPerAccelerator">Power of one under load, watts, 0 or more; 0 where it is not said.</param>
public sealed record NodeGroup(
    string AcceleratorType, int Nodes, int AcceleratorsPerNode, double PricePerAcceleratorHour = 0, double WattsPerAccelerator = 0);
