"""Reads handwritten digits: an image of any size in, the most likely digits with their probabilities out."""

import base64
import io

import torch
from PIL import Image
from torchvision import transforms
from ts.torch_handler.base_handler import BaseHandler
from ts.utils.util import map_class_to_label


class DigitsHandler(BaseHandler):
    """Turns request bodies into one batch of 28 x 28 grey images, and logits into labels.

    The base class loads model.py, digits.pt and index_to_name.json, and moves the model to its device.
    """

    to_tensor = transforms.Compose(
        [
            transforms.Grayscale(),
            transforms.Resize((28, 28)),
            transforms.ToTensor(),
            transforms.Normalize((0.1307,), (0.3081,)),
        ]
    )

    def initialize(self, context):
        super().initialize(context)
        self.top = int(self.model_yaml_config.get("handler", {}).get("top", 3))

    def preprocess(self, requests):
        images = [self._read_image(request) for request in requests]
        return torch.stack([self.to_tensor(image) for image in images]).to(self.device)

    def postprocess(self, logits):
        probabilities = torch.softmax(logits, dim=1)
        values, classes = torch.topk(probabilities, self.top, dim=1)
        return map_class_to_label(values.tolist(), self.mapping, classes.tolist())

    @staticmethod
    def _read_image(request):
        body = request.get("data") or request.get("body")
        if isinstance(body, str):
            body = base64.b64decode(body)
        return Image.open(io.BytesIO(body))
