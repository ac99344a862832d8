using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.ToyChip;

namespace OrleansCompute.Tensors.Tests.Accelerators.Toy;

public sealed class ToyAcceleratorTests : AcceleratorConformance
{
    protected override IAccelerator Open(AcceleratorOptions options)
    {
        var driver = new ToyDriver();
        return driver.Open(driver.Enumerate()[0], options);
    }

    [Fact]
    public void Read_AfterAProduct_CountsTheToysKernel()
    {
        using var toy = new AcceleratorCatalogue([new ToyDriver()]).Open("toy");
        var context = new EagerContext(toy);

        context.Apply(new MatMulOperator(), context.Constant(OperatorCase.Normal(1, 2, 3)), context.Constant(OperatorCase.Normal(2, 3, 4)));

        Assert.Equal(1, toy.Monitor.Read().KernelsRun);
    }
}
