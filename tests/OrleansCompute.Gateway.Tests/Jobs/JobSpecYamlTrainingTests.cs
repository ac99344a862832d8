using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Gateway.Jobs;

namespace OrleansCompute.Gateway.Tests.Jobs;

public sealed class JobSpecYamlTrainingTests
{
    private const string Yaml = """
        tenant: acme
        name: fashion
        model: { name: fashion, input: [1, 28, 28], layers: [ { dense: { units: 10 } } ] }
        data: { dataset: fashion-mnist }
        training:
          epochs: 4
          batchSize: 128
          learningRate: 0.5
          optimizer: { name: sgd, momentum: 0.8, nesterov: true, weightDecay: 0.0001 }
          schedule: { name: cosine, warmUpSteps: 100, totalSteps: 1000, final: 0.001 }
          clipNorm: 1.5
          clipValue: 2
          ema: 0.99
          precision: float16
          lossScale: 1024
          maxBatchSize: 2048

        """;

    [Fact]
    public void Parse_OfAllTrainingFields_GivesThem()
    {
        var result = JobSpecYaml.Parse(Yaml);

        Assert.Empty(result.Problems);
        Assert.Equal(
            new TrainingSpec
            {
                Epochs = 4,
                BatchSize = 128,
                MaxBatchSize = 2048,
                LearningRate = 0.5,
                Optimizer = new OptimizerSpec { Name = "sgd", Momentum = 0.8, Nesterov = true, WeightDecay = 0.0001 },
                Schedule = new ScheduleSpec { Name = "cosine", WarmUpSteps = 100, TotalSteps = 1000, Final = 0.001 },
                ClipNorm = 1.5,
                ClipValue = 2,
                Ema = 0.99,
                Precision = "float16",
                LossScale = 1024,
            },
            result.Spec!.Training);
    }

    [Theory]
    [InlineData("momentum: 0.8", "momentum: 1.2", "training.optimizer.momentum at line 9, column 37 is 1.2; allowed: 0 to below 1.")]
    [InlineData("momentum: 0.8", "momentum: much", "training.optimizer.momentum at line 9, column 37 is 'much'; allowed: a number, for example 0.001.")]
    [InlineData("momentum: 0.8", "speed: 0.8", "training.optimizer.'speed' at line 9, column 27 is no field; allowed: name, momentum, nesterov")]
    [InlineData("nesterov: true", "nesterov: yes", "training.optimizer.nesterov at line 9, column 52 is 'yes'; allowed: true, false.")]
    [InlineData("name: sgd", "name: sdg", "training.optimizer.name at line 9, column 22 is 'sdg'; allowed: sgd, adam, adamw, lamb, lars.")]
    [InlineData("warmUpSteps: 100", "warmUpSteps: 1000", "training.schedule.warmUpSteps at line 10, column 42 is 1000; allowed: 0 to 999.")]
    [InlineData("clipNorm: 1.5", "clipNorm: 0", "training.clipNorm at line 11, column 13 is 0; allowed: above 0 to 1000000000.")]
    [InlineData("ema: 0.99", "ema: 1", "training.ema at line 13, column 8 is 1; allowed: 0 to below 1.")]
    [InlineData("precision: float16", "precision: half", "training.precision at line 14, column 14 is 'half'; allowed: float32, float16, bfloat16.")]
    [InlineData("maxBatchSize: 2048", "maxBatchSize: 64", "training.maxBatchSize at line 16, column 17 is 64; allowed: 128 to 65536.")]
    [InlineData("maxBatchSize: 2048", "maxBatchSize: big", "training.maxBatchSize at line 16, column 17 is 'big'")]
    [InlineData("lossScale: 1024", "checkFinite: true", "training.checkFinite at line 15, column 16 is true with training.precision float16")]
    [InlineData("optimizer: { name: sgd, momentum: 0.8, nesterov: true, weightDecay: 0.0001 }", "optimizer: adam", "training.optimizer at line 9, column 14 is 'adam'; allowed: a group of fields.")]
    public void Parse_WhenATrainingFieldIsWrong_SaysWhere(string good, string bad, string expected)
    {
        var result = JobSpecYaml.Parse(Yaml.Replace(good, bad, StringComparison.Ordinal));

        Assert.Contains(result.Problems, problem => problem.StartsWith(expected, StringComparison.Ordinal));
    }
}
